using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgePose.Fault.Tests;

/// <summary>
/// An ext4 file system whose power can be cut: from that instant on nothing more reaches its device, neither what waits in memory nor its journal, which is then replayed when it is mounted
/// again. What a device holds back of what it was told to flush is not shown. Needs root and loop devices.
/// </summary>
/// <remarks>The ioctl is the one that xfstests' godown uses: FS_IOC_SHUTDOWN with "no log flush" (fs/ext4/ext4.h of the Linux kernel: EXT4_IOC_SHUTDOWN, EXT4_GOING_FLAGS_NOLOGFLUSH).</remarks>
internal sealed partial class PowerDisk : IDisposable
{
    private const nuint Shutdown = 0x8004587D; // _IOR('X', 125, __u32)
    private const uint NoLogFlush = 2;

    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(1);

    private readonly string image;

    private PowerDisk(string image, string folder) => (this.image, Folder) = (image, folder);

    public string Folder { get; }

    /// <summary>Makes and mounts one, or skips the test with the reason.</summary>
    public static PowerDisk Mount(int megabytes)
    {
        var image = Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"edgepose-power-{Guid.NewGuid():N}.img");
        using (var file = File.Create(image))
        {
            file.SetLength(megabytes * 1_000_000L);
        }

        var disk = new PowerDisk(image, Directory.CreateTempSubdirectory("edgepose-power-").FullName);
        var (code, said) = Tool.Run("mkfs.ext4", "-q", "-F", image);
        (code, said) = code == 0 ? Tool.Run("mount", "-o", "loop", image, disk.Folder) : (code, said);
        if (code != 0)
        {
            disk.Dispose();
            Assert.Skip($"a disk whose power can be cut needs mkfs.ext4, loop devices and the right to mount them: {said}");
        }

        return disk;
    }

    /// <summary>The power goes: writes fail from now on, and what was not flushed is lost.</summary>
    public void Cut()
    {
        using var folder = Open(Folder, 0, 0);
        if (folder.IsInvalid || Control(folder, Shutdown, NoLogFlush) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>The power is back: what uses the disk has been closed.</summary>
    /// <remarks>But for a process that another test is starting: until it has become its program, it holds the files that were open here when it was forked.</remarks>
    public void Restore()
    {
        var (code, said) = Tool.Run("umount", Folder);
        for (var start = TimeProvider.System.GetTimestamp(); code != 0 && TimeProvider.System.GetElapsedTime(start) < LongestStart; (code, said) = Tool.Run("umount", Folder))
        {
            Thread.Sleep(100);
        }

        (code, said) = code == 0 ? Tool.Run("mount", "-o", "loop", image, Folder) : (code, said);
        Assert.True(code == 0, said);
    }

    public void Dispose()
    {
        Tool.Run("umount", "-l", Folder);
        Directory.Delete(Folder);
        File.Delete(image);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, nuint request, in uint argument);
}
