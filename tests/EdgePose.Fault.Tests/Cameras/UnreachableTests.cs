using System.Net;
using System.Net.Sockets;
using EdgePose.Cameras.Sources;
using EdgePose.Cameras.Supervision;

namespace EdgePose.Fault.Tests.Cameras;

/// <summary>Hosts that are not there, or are and say nothing.</summary>
public sealed class UnreachableTests
{
    [Fact]
    public void A_host_name_that_nobody_knows_is_offline_with_a_remedy() => ExpectOffline("rtsp://no-such-host.invalid/stream", 20);

    [Fact]
    public void A_host_that_accepts_the_connection_and_says_nothing_is_offline_in_time()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        ExpectOffline($"rtsp://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/stream", 20);
    }

    private static void ExpectOffline(string address, double seconds)
    {
        using var rig = new CameraRig(new CameraConfig { Id = "test", Address = address });
        Assert.True(rig.Until(() => rig.Supervisor.Status.State == CameraState.Offline, seconds), rig.Log.Text + rig.Supervisor.Status);
        Assert.Contains(rig.Supervisor.Status.Fault, (CameraFault[])[CameraFault.Unreachable, CameraFault.NotFound, CameraFault.Stalled]);
        Assert.Contains("check the", rig.Supervisor.Status.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', rig.Supervisor.Status.Message);
    }
}
