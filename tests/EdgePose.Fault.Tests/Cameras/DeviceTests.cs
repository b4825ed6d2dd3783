using System.Diagnostics;
using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Sources;
using EdgePose.Cameras.Supervision;

namespace EdgePose.Fault.Tests.Cameras;

/// <summary>What surrounds a camera of the device's own. A camera itself (v4l2loopback) is not to be had in a container: that one gives frames is not proved.</summary>
public sealed class DeviceTests
{
    [Fact]
    public void A_device_that_is_not_there_is_not_found_and_tried_again_as_soon_as_its_node_is()
    {
        var node = $"/dev/shm/edgepose-{Guid.NewGuid():N}"; // where anybody may make one
        using var rig = new CameraRig(Camera(node));
        Assert.True(rig.Until(() => rig.Supervisor.Status.Fault == CameraFault.NotFound), rig.Log.Text + rig.Supervisor.Status);
        Assert.Contains("plugged in", rig.Supervisor.Status.Message, StringComparison.Ordinal);
        Thread.Sleep(TimeSpan.FromSeconds(10)); // long enough for pauses that double to have grown beyond the promise
        Assert.Equal(0, rig.Supervisor.Status.Restarts);
        File.CreateSymbolicLink(node, "/dev/null");
        try
        {
            var seconds = rig.SecondsUntil(() => rig.Supervisor.Status.Fault == CameraFault.Undecodable, 6, "tried, and found to be no camera");
            Measured.Say($"tried {seconds:0.00} s after its node came (promised 6)");
        }
        finally
        {
            File.Delete(node);
        }
    }

    [Fact]
    public void A_device_that_is_no_camera_is_named_so()
    {
        using var rig = new CameraRig(Camera("/dev/null"));
        Assert.True(rig.Until(() => rig.Supervisor.Status.Fault == CameraFault.Undecodable), rig.Log.Text + rig.Supervisor.Status);
        Assert.Contains("/dev/null is not a video device", rig.Supervisor.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_the_daemons_user_may_not_open_is_told_with_the_group()
    {
        // root may open anything, so a child of root's tests gives its rights up; the device belongs to root alone on every Debian.
        const string device = "/dev/console";
        var program = Path.Combine(AppContext.BaseDirectory, "edgepose");
        DecoderCommand? command = null;
        if (Environment.UserName == "root")
        {
            command = new DecoderCommand("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", program, "decode"]);
            using var probe = Process.Start(new ProcessStartInfo("setpriv", [.. command.Arguments.SkipLast(2), "test", "-x", program]))!;
            probe.WaitForExit();
            if (probe.ExitCode != 0)
            {
                Assert.Skip("the tests run as root, and nobody else may run the program where it lies, so a missing right cannot be had");
            }
        }

        if (!File.Exists(device))
        {
            Assert.Skip($"there is no {device}, the one device file that only root may open");
        }

        using var rig = new CameraRig(Camera(device), command: command);
        Assert.True(rig.Until(() => rig.Supervisor.Status.State == CameraState.Offline), rig.Log.Text + rig.Supervisor.Status);
        Assert.Contains("may not open /dev/console; add it to the group", rig.Supervisor.Status.Message, StringComparison.Ordinal);
    }

    private static CameraConfig Camera(string address) => new() { Id = "test", Address = address };
}
