using EdgePose.Cameras.Sources;
using EdgePose.Cameras.Supervision;
using EdgePose.Daemon.Overload;
using EdgePose.Fault.Tests.Proxy;

namespace EdgePose.Fault.Tests.Cameras;

/// <summary>Cameras that go and come back. Seconds are those of the promise; all figures count from the fault, or from when the server listens again.</summary>
public sealed class AwayTests
{
    private const double OfflineLimit = 6, BackLimit = 6;
    private static readonly string[] Small = ["--width", "160", "--height", "90", "--fps", "5"];

    // Encoded once, so that a server of many streams costs little beside what is measured; a key frame a second.
    internal static readonly string[] Loops = ["--sizes", "160x90", "--frames", "5", "--fps", "5"];

    private static readonly SideBySide Tests = new(new()
    {
        ["killed"] = ComesBackAfterAKill,
        ["cable"] = ComesBackAfterAPulledCable,
        ["password"] = AsksOnceAMinute,
    });

    [Fact]
    public Task A_camera_killed_in_mid_gop_is_offline_within_6_s_and_back_within_6_s_and_another_loses_no_frame() => Tests.Of("killed");

    [Fact]
    public Task A_camera_behind_a_pulled_cable_is_offline_within_6_s_and_back_within_6_s() => Tests.Of("cable");

    [Fact]
    public Task A_camera_that_refuses_the_password_is_asked_once_a_minute() => Tests.Of("password");

    private static void ComesBackAfterAKill()
    {
        using var server = RtspServer.Start(Small);
        using var rig = new CameraRig(Camera(server.Address));
        using var other = new NumberedNeighbour();
        rig.SecondsUntil(() => rig.IsRunning, 30, "the camera runs");
        var (before, start) = (other.Count, TimeProvider.System.GetTimestamp());
        server.Kill();
        var offline = rig.SecondsUntil(() => rig.IsOffline, OfflineLimit, "offline");
        Thread.Sleep(TimeSpan.FromSeconds(15)); // long enough for pauses that double to have grown beyond the promise
        using var again = server.Again(Small);
        var back = rig.SecondsUntil(() => rig.IsRunning, BackLimit, "back");
        other.AssertLostNothing(before, TimeProvider.System.GetElapsedTime(start).TotalSeconds);
        Measured.Say("camera killed in mid GOP", $"offline after {offline:0.00} s, back after {back:0.00} s (promised 6 and 6); {other.Count - before} frames of the other camera meanwhile, none lost");
    }

    private static void ComesBackAfterAPulledCable()
    {
        if (NetworkNamespace.WhyNot is { } reason)
        {
            Assert.Skip(reason);
        }

        using var network = new NetworkNamespace();
        using var server = RtspServer.StartInside(network, Small);
        using var rig = new CameraRig(Camera(server.Address));
        rig.SecondsUntil(() => rig.IsRunning, 30, "the camera runs");
        network.Unplug();
        var offline = rig.SecondsUntil(() => rig.IsOffline, OfflineLimit, "offline");
        Assert.Equal(CameraFault.Stalled, rig.Supervisor.Status.Fault); // half open: nobody was told
        Thread.Sleep(TimeSpan.FromSeconds(10));
        network.Plug();
        var back = rig.SecondsUntil(() => rig.IsRunning, BackLimit, "back");
        Measured.Say("camera behind a pulled cable", $"offline after {offline:0.00} s, back after {back:0.00} s (promised 6 and 6)");
    }

    [Fact]
    public void Sixteen_cameras_that_vanish_together_come_back_each_by_itself_within_6_s()
    {
        string[] arguments = ["--streams", "16", .. Loops];
        using var server = RtspServer.Start(arguments);
        var rigs = Enumerable.Range(0, 16).Select(stream => new CameraRig(Camera(server.Address[..^1] + stream, $"camera-{stream}"))).ToArray();
        try
        {
            rigs[0].SecondsUntil(() => rigs.All(rig => rig.IsRunning), 60, "all cameras run");
            server.Kill();
            var offline = rigs[0].SecondsUntil(() => rigs.All(rig => rig.IsOffline), OfflineLimit, "all offline");
            Thread.Sleep(TimeSpan.FromSeconds(10));
            using var again = server.Again(arguments);
            var start = TimeProvider.System.GetTimestamp();
            var back = new double[rigs.Length];
            rigs[0].Until(
                () =>
                {
                    for (var i = 0; i < rigs.Length; i++)
                    {
                        back[i] = back[i] == 0 && rigs[i].IsRunning ? TimeProvider.System.GetElapsedTime(start).TotalSeconds : back[i];
                    }

                    return back.All(seconds => seconds > 0);
                });
            Array.Sort(back);
            Measured.Say("16 cameras vanish and come back together", $"all offline after {offline:0.00} s; back: first {back[0]:0.00} s, median {back[8]:0.00} s, last {back[15]:0.00} s (promised 6); load of this machine {Load()}");
            Assert.All(back, seconds => Assert.NotEqual(0, seconds)); // each is back
            Measured.Hold(back[15], BackLimit, "the last of 16 cameras is back");
        }
        finally
        {
            Array.ForEach(rigs, rig => rig.Dispose());
        }
    }

    [Fact]
    public void A_camera_that_is_away_at_start_delays_no_other_and_runs_within_6_s_of_its_coming()
    {
        using var placeholder = RtspServer.Start(Small);
        var away = placeholder.Address;
        placeholder.Kill();
        using var neighbour = RtspServer.Start(Small);
        using var rig = new CameraRig(Camera(away));
        using var other = new CameraRig(Camera(neighbour.Address));
        var others = other.SecondsUntil(() => other.IsRunning, 10, "the other camera runs");
        rig.SecondsUntil(() => rig.IsOffline, OfflineLimit, "offline");
        Thread.Sleep(TimeSpan.FromSeconds(10));
        using var comes = placeholder.Again(Small);
        var back = rig.SecondsUntil(() => rig.IsRunning, BackLimit, "runs");
        Measured.Say("a camera is away at start", $"the other runs after {others:0.00} s; it runs {back:0.00} s after it came (promised 6)");
    }

    private static void AsksOnceAMinute()
    {
        using var server = RtspServer.Start(["--user", "viewer", "--password", "right", .. Small]);
        using var rig = new CameraRig(Camera(server.Address) with { Username = "viewer" }, "wr0ng-Secret");
        var refused = rig.SecondsUntil(() => rig.Supervisor.Status.State == CameraState.Unauthorized, 15, "unauthorized");
        Assert.Contains("next try in 60.0 s", rig.Log.Text, StringComparison.Ordinal);
        Measured.Say("wrong RTSP password", $"state \"unauthorized\" after {refused:0.00} s, next try in 60 s (promised 60)");
        Thread.Sleep(TimeSpan.FromSeconds(5));
        Assert.Equal((CameraState.Unauthorized, 0), (rig.Supervisor.Status.State, rig.Supervisor.Status.Restarts));
    }

    private static CameraConfig Camera(string address, string id = "test") => new() { Id = id, Address = address };

    private static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
