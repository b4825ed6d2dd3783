using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EdgePose.Cameras.Sources;

/// <summary>Checks a camera's device file before GStreamer opens it. GStreamer's errors do not distinguish a missing right from a missing camera.</summary>
internal static partial class DeviceNode
{
    // linux/videodev2.h: _IOR('V', 0, struct v4l2_capability), whose 104 bytes hold the capabilities at 84 and those of this very node at 88.
    private const nuint QueryCapabilities = 0x80685600;
    private const int CapabilityBytes = 104;
    private const int DriverOffset = 84;
    private const int NodeOffset = 88;
    private const uint HasNodeCapabilities = 0x80000000;
    private const uint Captures = 0x1 | 0x1000; // V4L2_CAP_VIDEO_CAPTURE, V4L2_CAP_VIDEO_CAPTURE_MPLANE

    /// <summary>The fault of a device file with its remedy; null when it is a camera that may be opened.</summary>
    public static (CameraFault Fault, string Message)? Check(string path)
    {
        if (!Path.Exists(path))
        {
            return (CameraFault.NotFound, $"there is no device {path}; check the address, and that the camera is plugged in");
        }

        try
        {
            using var device = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            var capability = new byte[CapabilityBytes];
            if (Control((int)device.DangerousGetHandle(), QueryCapabilities, capability) != 0)
            {
                return (CameraFault.Undecodable, $"{path} is not a video device; check the address, and see 'v4l2-ctl --list-devices'");
            }

            var driver = BinaryPrimitives.ReadUInt32LittleEndian(capability.AsSpan(DriverOffset));
            var node = (driver & HasNodeCapabilities) != 0 ? BinaryPrimitives.ReadUInt32LittleEndian(capability.AsSpan(NodeOffset)) : driver;
            return (node & Captures) != 0
                ? null
                : (CameraFault.Undecodable, $"{path} sends no pictures (many cameras have a second node for metadata); try the next number, and see 'v4l2-ctl --list-devices'");
        }
        catch (UnauthorizedAccessException)
        {
            return (CameraFault.NotFound, $"the daemon's user may not open {path}; add it to the group that owns the device (video)");
        }
        catch (IOException exception)
        {
            return (CameraFault.NotFound, $"{path} cannot be opened ({exception.Message.TrimEnd('.')}); check that the camera is plugged in, and that no other program holds it");
        }
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int descriptor, nuint request, [In, Out] byte[] argument);
}
