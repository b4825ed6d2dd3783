using System.Diagnostics;
using System.Globalization;
using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Sources;
using EdgePose.Cameras.Supervision;

namespace EdgePose.Fault.Tests.Cameras;

/// <summary>Decoder children that crash, hang, leak or starve; promised is that their camera is back within 3 s, and that no other notices.</summary>
[Collection(nameof(SteadyStateTests))]
public sealed class DecoderFaultTests
{
    private const int SegmentationFault = 11;
    private const double BackLimit = 3;
    // A key frame a second: who joins a stream waits for the next one.
    private static readonly string[] Small = ["--sizes", "160x90", "--frames", "5", "--fps", "5"];

    [Theory]
    [InlineData(SegmentationFault, "signal 11")]
    [InlineData(Signals.Kill, "signal 9")]
    [InlineData(Signals.Stop, "hung")]
    public void A_camera_whose_decoder_crashes_or_hangs_is_back_within_3_s_and_another_loses_nothing(int signal, string told)
    {
        Assert.SkipUnless(Nightly.Is || signal != Signals.Kill, "for the daemon it is a crash like the one by signal 11, and costs 20 s of waiting; runs at night");
        using var server = RtspServer.Start(Small);
        using var rig = new CameraRig(Camera(server.Address));
        using var other = new NumberedNeighbour();
        rig.SecondsUntil(() => rig.IsRunning, 30, "the camera runs");
        Thread.Sleep(TimeSpan.FromSeconds(11)); // a decoder that ran well is started again at once; one that fails over and over is not
        var (first, before, start) = (rig.Supervisor.DecoderProcessId, other.Count, TimeProvider.System.GetTimestamp());
        Signals.Send(first, signal);
        if (signal == SegmentationFault)
        {
            Thread.Sleep(10);
            Signals.Send(first, signal); // .NET answers a fault that is none by taking its handler away: the second one is like a native library's own
        }

        var back = rig.SecondsUntil(() => rig.IsRunning && rig.Supervisor.DecoderProcessId is not 0 and var now && now != first, BackLimit, "back");
        Assert.Contains(told, rig.Log.Text, StringComparison.Ordinal);
        rig.HappensWithin(4 - TimeProvider.System.GetElapsedTime(start).TotalSeconds, () => false);
        other.AssertLostNothing(before, TimeProvider.System.GetElapsedTime(start).TotalSeconds);
        Measured.Say($"decoder gets signal {signal}", $"camera back after {back:0.00} s (promised 3); {other.Count - before} frames of the other meanwhile, none lost");
        Assert.False(Directory.Exists($"/proc/{first}") && File.ReadAllText($"/proc/{first}/cmdline").Contains("decode", StringComparison.Ordinal), "the old decoder still runs");
    }

    [Fact]
    public void A_decoder_that_leaks_is_ended_at_its_limit_with_the_reason()
    {
        // Fifty frames a second, and 2 MB more with each; as decoders leak, in pages that are written to.
        const string leak = "import sys,time\nkept=[]\nwhile True:\n sys.stdout.buffer.write(bytes.fromhex(sys.argv[1])); sys.stdout.buffer.flush(); kept.append(b'x'*2000000); time.sleep(0.02)";
        var frame = Convert.ToHexString([.. ScriptedChild.OneFrame.Split('\\', StringSplitOptions.RemoveEmptyEntries).Select(octal => Convert.ToByte(octal, 8))]);
        using var rig = new CameraRig(Camera("unused") with { MaxDecoderMemoryMb = 200 }, command: new DecoderCommand("/usr/bin/python3", ["-c", leak, frame]));
        var seconds = rig.SecondsUntil(() => rig.Supervisor.Status.Restarts >= 1, 20, "ended");
        Assert.Contains("grew beyond maxDecoderMemoryMb (200)", rig.Log.Text, StringComparison.Ordinal);
        rig.SecondsUntil(() => rig.IsRunning, 5, "back");
        Measured.Say("decoder leaks 100 MB/s", $"ended at its limit of 200 MB after {seconds:0.0} s and started again");
    }

    [Fact]
    public void A_decoder_that_starves_for_a_processor_is_not_taken_for_hung()
    {
        using var server = RtspServer.Start(Small);
        using var rig = new CameraRig(Camera(server.Address));
        rig.SecondsUntil(() => rig.IsRunning, 30, "the camera runs");
        var child = rig.Supervisor.DecoderProcessId;
        const int Hogs = 12;
        var hogs = Enumerable.Range(0, Hogs).Select(_ => Process.Start("taskset", ["-c", "0", "sh", "-c", "while :; do :; done"])).ToArray();
        try
        {
            Run("taskset", "-a", "-c", "-p", "0", child.ToString(CultureInfo.InvariantCulture));
            foreach (var thread in Directory.GetDirectories($"/proc/{child}/task"))
            {
                Run("renice", "-n", "10", "-p", Path.GetFileName(thread)!);
            }

            var (waited, received) = (Waited(child), rig.Feed.Counts.Received);
            var seconds = Nightly.Rounds(10, 20);
            Thread.Sleep(TimeSpan.FromSeconds(seconds));
            Assert.True(rig.Until(() => Waited(child) - waited > 0.5), "the decoder was never starved");
            var starved = Waited(child) - waited;
            Measured.Say($"{Hogs} busy processes on its processor, each of nine times its weight: main thread waited {starved:0.0} s of {seconds} for a processor, {rig.Feed.Counts.Received - received} of {5 * seconds} frames, {rig.Supervisor.Status.Restarts} restarts (promised 0)");
            Assert.Equal((CameraState.Running, 0), (rig.Supervisor.Status.State, rig.Supervisor.Status.Restarts));
        }
        finally
        {
            Array.ForEach(hogs, hog => hog.Kill());
        }
    }

    [Fact]
    public void A_decoder_that_is_stopped_does_not_outlive_a_daemon_that_is_killed()
    {
        using var server = RtspServer.Start(Small);
        using var daemon = new DaemonProcess(new { address = "mqtt://127.0.0.1:9" }, [new { id = "door", address = server.Address }]);
        var start = TimeProvider.System.GetTimestamp();
        while (daemon.Decoders.Count == 0 || !daemon.Output.Contains("is Running", StringComparison.Ordinal))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience.Span, daemon.Output);
            Thread.Sleep(100);
        }

        var child = Assert.Single(daemon.Decoders);
        Signals.Send(child, Signals.Stop);
        daemon.Send(Signals.Kill);
        start = TimeProvider.System.GetTimestamp();
        while (Directory.Exists($"/proc/{child}") && !File.ReadAllText($"/proc/{child}/stat").Contains(") Z", StringComparison.Ordinal))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience.Span, "the stopped decoder outlives its daemon");
            Thread.Sleep(20);
        }

        Measured.Hold(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 3, "the stopped decoder of a killed daemon is gone");
        Measured.Say("stopped decoder of a killed daemon", $"gone after {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.00} s");
    }

    private static CameraConfig Camera(string address) => new() { Id = "test", Address = address };

    private static double Waited(int process) => long.Parse(File.ReadAllText($"/proc/{process}/schedstat").Split(' ')[1], CultureInfo.InvariantCulture) / 1e9;

    private static void Run(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.WaitForExit();
    }
}
