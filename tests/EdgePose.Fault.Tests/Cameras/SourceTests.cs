using System.Diagnostics;
using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Sources;
using EdgePose.Cameras.Supervision;
using EdgePose.Daemon;

namespace EdgePose.Fault.Tests.Cameras;

/// <summary>Files, folders and codecs, each made on the spot by GStreamer and decoded by the product's own child.</summary>
public sealed class SourceTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_file_as_fast_as_possible_gives_every_frame_once_in_order_and_ends()
    {
        // The name holds all that a pipeline's text could trip over.
        var clip = Make(40, "matroskamux", "a \"clip\" of ours ! it\\s.mkv");
        using var rig = new CameraRig(File(clip) with { Pace = SourcePace.AsFastAsPossible });
        var times = new List<TimeSpan>();
        Assert.True(rig.Until(() => Take(rig, times) && rig.Supervisor.Status.State == CameraState.Ended && !rig.Feed.Mailbox.HasFrame), rig.Log.Text + rig.Supervisor.Status);
        Assert.Equal(40, times.Count);
        Assert.Equal(times.Order(), times);
        Assert.Equal(39 / 15.0, (times[^1] - times[0]).TotalSeconds, 0.005); // 15 frames a second of media time, however fast it ran
        Assert.Equal(0, rig.Supervisor.Status.FramesSuperseded);
        Assert.True(rig.Feed.HasEnded);
    }

    [Fact]
    public void A_file_that_loops_goes_on_and_its_media_time_never_steps_back()
    {
        var clip = Make(10, "matroskamux", "loop.mkv");
        using var rig = new CameraRig(File(clip) with { Pace = SourcePace.AsFastAsPossible, Loop = true });
        var times = new List<TimeSpan>();
        Assert.True(rig.Until(() => Take(rig, times) && times.Count >= 25), rig.Log.Text + rig.Supervisor.Status);
        Assert.Equal(times.Order().Distinct(), times);
    }

    [Fact]
    public void A_small_picture_is_never_enlarged()
    {
        var clip = Make(5, "matroskamux", "small.mkv", width: 98, height: 54);
        using var rig = new CameraRig(File(clip) with { Pace = SourcePace.AsFastAsPossible });
        var frame = rig.Next();
        Assert.True(frame is not null, rig.Log.Text);
        Assert.Equal((98, 54, 98, 54), (frame.WidthPx, frame.HeightPx, frame.SourceWidthPx, frame.SourceHeightPx));
        frame.Release();
    }

    [Fact]
    public void A_folder_of_pictures_plays_in_the_order_of_names_and_leaves_out_what_is_none()
    {
        Launch($"videotestsrc num-buffers=3 pattern=red ! video/x-raw,width=64,height=33,framerate=1/1 ! pngenc ! multifilesink location={folder}/%d.png");
        System.IO.File.WriteAllText(Path.Combine(folder, "1.png"), "no picture");
        using var rig = new CameraRig(File(folder) with { Pace = SourcePace.AsFastAsPossible });
        var times = new List<TimeSpan>();
        Assert.True(rig.Until(() => Take(rig, times) && rig.Supervisor.Status.State == CameraState.Ended && !rig.Feed.Mailbox.HasFrame), rig.Log.Text + rig.Supervisor.Status);
        Assert.Equal(2, times.Count);
    }

    [Fact]
    public void A_folder_in_which_nothing_is_a_picture_is_a_fault_and_no_end()
    {
        System.IO.File.WriteAllText(Path.Combine(folder, "1.png"), "no picture");
        using var rig = new CameraRig(File(folder) with { Pace = SourcePace.AsFastAsPossible });
        Assert.True(rig.Until(() => rig.Supervisor.Status.Fault == CameraFault.Undecodable, 8), rig.Log.Text + rig.Supervisor.Status);
    }

    [Fact]
    public void H265_is_decoded_like_h264()
    {
        if (!HasElement("x265enc"))
        {
            Assert.Skip("GStreamer's x265enc is not installed, so there is no H.265 to serve.");
        }

        using var server = RtspServer.Start("--codec", "h265");
        using var rig = new CameraRig(File(server.Address));
        var frame = rig.Next();
        Assert.True(frame is not null, rig.Log.Text);
        Assert.Equal((640, 360), (frame.SourceWidthPx, frame.SourceHeightPx));
        frame.Release();
    }

    [Fact]
    public void A_decoder_whose_elements_talk_all_the_time_while_pictures_come_does_not_grow()
    {
        // Ten thousand messages a second on GStreamer's bus, as a stream that loses packets for days gives them; a sound level's are the ones that come at will.
        const string Chatter = "audiotestsrc is-live=true samplesperbuffer=441 ! audio/x-raw,rate=44100 ! level interval=100000 ! fakesink";
        const string Pictures = "videotestsrc is-live=true ! video/x-raw,format=BGRx,width=64,height=64,framerate=25/1 ! appsink name=frames drop=true max-buffers=1";
        using var rig = new CameraRig(File("unused") with { Pipeline = $"{Pictures} {Chatter}" });
        rig.SecondsUntil(() => rig.Feed.Counts.Received > 50, 30, "pictures");
        var before = Resident(rig.Supervisor.DecoderProcessId);
        rig.SecondsUntil(() => rig.Feed.Counts.Received > 300, 30, "ten seconds of them");
        var grown = (Resident(rig.Supervisor.DecoderProcessId) - before) / 1048576.0;
        Measured.Say("a hundred thousand messages on the decoder's bus", $"memory grew by {grown:0.0} MB");
        Assert.Equal(0, rig.Supervisor.Status.Restarts);
        Assert.InRange(grown, double.MinValue, 10);
    }

    private static long Resident(int process) => long.Parse(System.IO.File.ReadAllText($"/proc/{process}/statm").Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) * Environment.SystemPageSize;

    private static CameraConfig File(string address) => new() { Id = "test", Address = address };

    private static bool Take(CameraRig rig, List<TimeSpan> times)
    {
        while (rig.Feed.Mailbox.TryTake() is { } frame)
        {
            times.Add(frame.CapturedMonotonic);
            frame.Release();
        }

        return true;
    }

    private string Make(int frames, string muxer, string name, int width = 320, int height = 180)
    {
        var made = Path.Combine(folder, "made");
        Launch($"videotestsrc num-buffers={frames} ! video/x-raw,width={width},height={height},framerate=15/1 ! x264enc bframes=0 ! h264parse ! {muxer} ! filesink location={made}");
        var path = Path.Combine(folder, name);
        System.IO.File.Move(made, path);
        return path;
    }

    private static void Launch(string pipeline)
    {
        var start = new ProcessStartInfo("gst-launch-1.0") { RedirectStandardOutput = true };
        start.ArgumentList.Add("-q");
        foreach (var word in pipeline.Split(' '))
        {
            start.ArgumentList.Add(word);
        }

        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private static bool HasElement(string name)
    {
        using var process = Process.Start(new ProcessStartInfo("gst-inspect-1.0", ["--exists", name]))!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
