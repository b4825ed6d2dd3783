using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using EdgePose.Cameras.Supervision;
using EdgePose.Fault.Tests.Proxy;

namespace EdgePose.Fault.Tests.Cameras;

/// <summary>Streams that are damaged on their way: garbage, lost key frames, timestamps that jump or run backwards, clocks that are wrong, sizes that change.</summary>
[Collection(nameof(SteadyStateTests))]
public sealed class StreamFaultTests
{
    private const int Breaks = 6; // pauses that double are 16 s at least by then
    private const double KeyFrameSeconds = 1; // serve.py: every 15th of 15 frames a second
    private static readonly string[] Bars = ["--pattern", "smpte", "--width", "320", "--height", "180"];

    private static readonly SideBySide Tests = new(new()
    {
        ["garbage in payload"] = () => BearsGarbage("payload"),
        ["garbage in everything"] = () => BearsGarbage("everything"),
        ["long damage, garbage True"] = () => BearsLongDamage(garbage: true),
        ["long damage, garbage False"] = () => BearsLongDamage(garbage: false),
        ["key frames"] = BearsLostKeyFrames,
        ["clock"] = DoubtsTheClock,
        ["timestamps"] = BearsTimestamps,
    });

    [Theory]
    [InlineData("payload")]
    [InlineData("everything")]
    public Task Garbage_in_the_stream_crashes_nothing_floods_no_log_and_is_over_soon_after(string where) => Tests.Of($"garbage in {where}");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_long_damage_that_breaks_every_connection_is_over_within_seconds(bool garbage) => Tests.Of($"long damage, garbage {garbage}");

    [Fact]
    public Task Lost_key_frames_are_over_with_the_next_one() => Tests.Of("key frames");

    [Fact]
    public Task A_cameras_clock_that_lies_moves_no_time_of_ours() => Tests.Of("clock");

    [Fact]
    public Task Timestamps_that_jump_or_run_backwards_move_no_time_of_ours() => Tests.Of("timestamps");

    private static void BearsGarbage(string where)
    {
        using var server = RtspServer.Start(Bars);
        using var proxy = new FaultProxy(server.Port);
        var stream = new RtpFaults();
        proxy.ToClient.Editor = where == "payload" ? stream.Edit : null;
        using var rig = new CameraRig(Through(proxy));
        var good = Reference(rig);
        var (lines, start) = (Lines(rig), TimeProvider.System.GetTimestamp());
        proxy.ToClient.FlipsPerMillion = 2000; // three in a packet of 1400 bytes
        Thread.Sleep(TimeSpan.FromSeconds(10));
        Assert.True(rig.Until(() => proxy.ToClient.Flipped > 20), "too little was flipped to show anything");
        var (restarts, flipped) = (rig.Supervisor.Status.Restarts, proxy.ToClient.Flipped);
        proxy.ToClient.FlipsPerMillion = 0;

        // Garbage in what frames the packets too can leave a connection that looks well and carries nothing, made in its last moment: that is noticed, waited after, and made anew.
        var limit = KeyFrameSeconds + 2 + (where == "payload" ? 0 : (PictureLimits.PacketsOnly + RetryWait.LongestLately).TotalSeconds);
        var clean = rig.SecondsUntil(() => Shows(rig, good), limit, "a clean picture");
        var logged = Lines(rig) - lines;
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        Measured.Say($"garbage in {where}", $"{flipped} bits flipped in 10 s; {restarts} new connections; clean again after {clean:0.00} s (promised {limit}); {logged} log lines in {seconds:0.0} s");
        Assert.DoesNotContain("signal", rig.Log.Text, StringComparison.Ordinal); // no decoder crashed
        Assert.InRange(logged, 0, seconds + 4);
    }

    private static void BearsLongDamage(bool garbage)
    {
        using var server = RtspServer.Start(Bars);
        using var proxy = new FaultProxy(server.Port);
        proxy.ToClient.Editor = new RtpFaults().Edit;
        using var rig = new CameraRig(Through(proxy));
        var good = Reference(rig);

        // The camera answers each knock, and each stream breaks after a few packets: no session is stable, and none finds the camera away.
        (proxy.ToClient.FlipsPerMillion, proxy.ToClient.CloseAfterBytes) = (garbage ? 2000 : 0, 6000);
        proxy.CloseAll();
        var lasted = rig.SecondsUntil(() => rig.Supervisor.Status.Restarts >= Breaks, 180, $"{Breaks} broken sessions");
        lasted += rig.SecondsUntil(() => rig.IsOffline, 30, "one more"); // its pause has just begun
        (proxy.ToClient.FlipsPerMillion, proxy.ToClient.CloseAfterBytes) = (0, 0);
        var limit = RetryWait.LongestLately.TotalSeconds + KeyFrameSeconds + 2;
        var clean = rig.SecondsUntil(() => Shows(rig, good), limit, "a clean picture");
        Measured.Say($"every connection breaks for {lasted:0} s, {(garbage ? "with garbage before" : "clean until then")}", $"{rig.Supervisor.Status.Restarts} new connections; clean again after {clean:0.00} s (promised {limit})");
    }

    private static void BearsLostKeyFrames()
    {
        using var server = RtspServer.Start(Bars);
        using var proxy = new FaultProxy(server.Port);
        var stream = new RtpFaults();
        proxy.ToClient.Editor = stream.Edit;
        using var rig = new CameraRig(Through(proxy));
        var good = Reference(rig);
        stream.LosesKeyFrames = true;
        Thread.Sleep(TimeSpan.FromSeconds(4));
        Assert.True(rig.Until(() => stream.Lost > 0), "no key frame went through");
        stream.LosesKeyFrames = false;
        var clean = rig.SecondsUntil(() => Shows(rig, good), KeyFrameSeconds + 2, "a clean picture");
        Measured.Say("key frames lost for 4 s", $"{stream.Lost} pieces lost, clean again after {clean:0.00} s (promised {KeyFrameSeconds + 2}), {rig.Supervisor.Status.Restarts} restarts");
        Assert.Equal(0, rig.Supervisor.Status.Restarts);
    }

    private static void DoubtsTheClock()
    {
        using var server = RtspServer.Start(Bars);
        using var proxy = new FaultProxy(server.Port);
        var stream = new RtpFaults();
        proxy.ToClient.Editor = stream.Edit;
        using var rig = new CameraRig(Through(proxy));
        var watch = Watch(rig);
        watch.Begin();
        stream.NtpStep = 1;
        watch.For(12);
        watch.Until(() => watch.Frames > 0 && stream.ReportsChanged > 0 && rig.Log.Text.Contains("from this device's", StringComparison.Ordinal), "the clock that lies is told, and frames come");
        Measured.Say("camera's clock 194 days off", $"{stream.ReportsChanged} reports changed; {watch.Figures}");
        Measured.Hold(watch.LongestGap, 6, "longest gap between frames");
    }

    private static void BearsTimestamps()
    {
        using var server = RtspServer.Start(Bars);
        using var proxy = new FaultProxy(server.Port);
        var stream = new RtpFaults();
        proxy.ToClient.Editor = stream.Edit;
        using var rig = new CameraRig(Through(proxy));
        var watch = Watch(rig);

        watch.Begin();
        stream.TimestampStep = 20;
        watch.For(8);
        Measured.Say("RTP timestamps jump an hour ahead", $"{watch.Figures}");

        watch.Begin();
        stream.TimestampStep = 0;
        watch.For(8);
        Measured.Say("RTP timestamps jump an hour back", $"{watch.Figures}");

        watch.Begin();
        stream.TimestampsRunBackwards = true;
        watch.For(8);
        Measured.Say("RTP timestamps run backwards", $"{watch.Figures}");

        watch.Begin();
        stream.TimestampsRunBackwards = false;
        watch.For(6);
        Measured.Say("RTP timestamps run forwards again", $"{watch.Figures}");
        watch.Until(() => watch.Frames > 0, "frames come");
        Measured.Hold(watch.LongestGap, 6, "longest gap between frames");
    }

    [Fact]
    public void A_stream_that_changes_its_size_gives_each_frame_with_the_size_it_had_and_nothing_grows()
    {
        // Red 640x360, blue 1280x720 (scaled to the same 455x256), green 320x240 (as it is), 8 frames each. Who joins in the middle sees damaged colours first: the
        // first three changes do not count.
        var changes = Nightly.Rounds(40, 1000);
        using var server = RtspServer.Start("--sizes", "640x360,1280x720,320x240", "--frames", "8", "--fps", "30");
        using var rig = new CameraRig(new CameraConfig { Id = "test", Address = server.Address });
        var (seen, wrong, frames, before, largest) = (0, 0, 0, 0L, 0L);
        var last = 0;
        rig.SecondsUntil(
            () =>
            {
                while (rig.Feed.Mailbox.TryTake() is { } frame)
                {
                    frames += seen > 3 ? 1 : 0;
                    var colour = Colour(frame);
                    var expected = colour switch { 'r' => (640, 360, 256), 'b' => (1280, 720, 256), _ => (320, 240, 240) };
                    wrong += seen <= 3 || (frame.SourceWidthPx, frame.SourceHeightPx, frame.HeightPx) == expected ? 0 : 1;
                    seen += frame.SourceWidthPx == last ? 0 : 1;
                    last = frame.SourceWidthPx;
                    frame.Release();
                    var resident = Resident(rig.Supervisor.DecoderProcessId);
                    before = seen == 12 && before == 0 ? resident : before;
                    largest = Math.Max(largest, resident);
                }

                return seen > changes;
            },
            60 + changes,
            "changes");
        Measured.Say("size of the stream changes", $"{seen} changes, {wrong} of {frames} frames with another's size (promised 0); decoder's memory {(largest - before) / 1048576.0:0.0} MB above that after 12 changes, {rig.Supervisor.Status.Restarts} restarts");
        Assert.Equal(0, wrong);
        Assert.Equal(0, rig.Supervisor.Status.Restarts);
        Assert.InRange(largest - before, long.MinValue, 48L << 20);
        Assert.InRange(rig.Pool.Outside, 0, 3);
    }

    /// <summary>Watches a camera whose clock is known: the first sender report comes within five seconds.</summary>
    private static TimesSeen Watch(CameraRig rig)
    {
        rig.SecondsUntil(() => rig.IsRunning, 30, "the camera runs");
        var watch = new TimesSeen(rig);
        watch.Until(() => watch.Ntp > 0, "the camera's clock comes through");
        return watch;
    }

    private static CameraConfig Through(FaultProxy proxy) => new() { Id = "test", Address = $"rtsp://127.0.0.1:{proxy.Port}/0" };

    private static int Lines(CameraRig rig) => rig.Log.Text.Split('\n').Length;

    private static long Resident(int process) => process != 0 && File.Exists($"/proc/{process}/statm") ? long.Parse(File.ReadAllText($"/proc/{process}/statm").Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) * Environment.SystemPageSize : 0;

    private static char Colour(Frame frame)
    {
        var middle = frame.Pixels.AsSpan((frame.HeightPx / 2 * frame.StrideBytes) + (frame.WidthPx / 2 * 4), 3);
        return middle[2] > 128 ? 'r' : middle[0] > 128 ? 'b' : 'g';
    }

    /// <summary>The picture as it should be, once it has settled.</summary>
    private static byte[] Reference(CameraRig rig)
    {
        rig.SecondsUntil(() => rig.IsRunning, 30, "the camera runs");
        rig.HappensWithin(2.5, () => false);
        rig.Feed.Mailbox.TryTake()?.Release();
        var frame = rig.Next()!;
        var pixels = frame.Pixels[..(frame.StrideBytes * frame.HeightPx)];
        frame.Release();
        return pixels;
    }

    /// <summary>Whether the newest picture is the reference but for what an encoder changes from one key frame to the next.</summary>
    private static bool Shows(CameraRig rig, byte[] good)
    {
        if (rig.Feed.Mailbox.TryTake() is not { } frame)
        {
            return false;
        }

        // smpte has a field of noise in its last quarter: the upper half is compared.
        var (length, differs) = (good.Length / 2, 0);
        for (var i = 0; i < length; i++)
        {
            differs += Math.Abs(frame.Pixels[i] - good[i]) > 24 ? 1 : 0;
        }

        frame.Release();
        return differs < length / 500;
    }

    /// <summary>What frames said of their times.</summary>
    private sealed class TimesSeen(CameraRig rig)
    {
        /// <summary>Seconds that a frame may lie about on a busy machine; the streams here lie by an hour and more.</summary>
        private const double Slack = 60;

        private TimeSpan last;
        private long lastAt = TimeProvider.System.GetTimestamp();
        private double farthest;

        public int Frames { get; private set; }

        public int Ntp { get; private set; }

        public double LongestGap { get; private set; }

        public FormattableString Figures => $"{Frames} frames, {Ntp} of them by the camera's clock; capture at most {farthest:0.00} s from the arrival; longest gap {LongestGap:0.00} s; {rig.Supervisor.Status.Restarts} restarts so far";

        public void Begin() => (Frames, Ntp, LongestGap, farthest, lastAt) = (0, 0, 0, 0, TimeProvider.System.GetTimestamp());

        public void For(double seconds)
        {
            rig.HappensWithin(seconds, Take);
            LongestGap = Math.Max(LongestGap, TimeProvider.System.GetElapsedTime(lastAt).TotalSeconds);
        }

        /// <summary>Takes frames until what should come has come.</summary>
        public void Until(Func<bool> condition, string what) => Assert.True(rig.Until(() => Take() || condition()), $"never: {what}; {rig.Log.Text}");

        private bool Take()
        {
            while (rig.Feed.Mailbox.TryTake() is { } frame)
            {
                var away = Math.Abs((DateTimeOffset.UtcNow - frame.CapturedAt).TotalSeconds);
                farthest = Math.Max(farthest, away);
                Assert.True(away < Slack, $"captured {away:0} s away by {frame.Clock}");
                Assert.True(frame.CapturedMonotonic > last, "the clock of tracks ran backwards");
                var now = TimeProvider.System.GetTimestamp();
                if (last != TimeSpan.Zero)
                {
                    // The clock of tracks goes as this machine's does, whatever the stream says.
                    Assert.InRange((frame.CapturedMonotonic - last).TotalSeconds, 0, TimeProvider.System.GetElapsedTime(lastAt, now).TotalSeconds + Slack);
                }

                LongestGap = Math.Max(LongestGap, TimeProvider.System.GetElapsedTime(lastAt, now).TotalSeconds);
                (last, lastAt) = (frame.CapturedMonotonic, now);
                Frames++;
                Ntp += frame.Clock == CaptureClock.Ntp ? 1 : 0;
                frame.Release();
            }

            return false;
        }
    }
}
