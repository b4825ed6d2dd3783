using System.Text;
using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using EdgePose.Cameras.Supervision;
using EdgePose.Daemon;

namespace EdgePose.Fault.Tests.Cameras;

public sealed class CameraTests
{
    private const string Secret = "s3cret-Pa55";

    [Theory]
    [InlineData(RtpTransport.Tcp)]
    [InlineData(RtpTransport.Udp)]
    public void An_rtsp_camera_gives_frames_with_the_cameras_own_time(RtpTransport transport)
    {
        using var server = RtspServer.Start("--pattern", "ball");
        using var rig = new CameraRig(Camera(server.Address) with { Transport = transport });
        var frame = rig.Next();
        Assert.True(frame is not null, rig.Log.Text);
        Assert.Equal(256, frame.HeightPx);
        Assert.InRange(frame.WidthPx, 455, 456); // 640x360 scaled to a height of 256 is 455.1 wide
        Assert.Equal((640, 360), (frame.SourceWidthPx, frame.SourceHeightPx));
        frame.Release();
        Assert.True(rig.Until(() => IsNtp(rig)), "no frame with the camera's clock came");
        Assert.Equal(CameraState.Running, rig.Supervisor.Status.State);
    }

    [Fact]
    public void A_wrong_password_is_its_own_state_and_shows_nowhere()
    {
        using var server = RtspServer.Start("--user", "viewer", "--password", "right");
        using var rig = new CameraRig(Camera(server.Address) with { Username = "viewer" }, Secret);
        Assert.True(rig.Until(() => rig.Supervisor.DecoderProcessId != 0));
        var child = rig.Supervisor.DecoderProcessId;
        var seen = ReadProc(child, "cmdline") + ReadProc(child, "environ");
        Assert.True(rig.Until(() => rig.Supervisor.Status.State == CameraState.Unauthorized), rig.Log.Text);
        Assert.Contains("passwordFile", rig.Supervisor.Status.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, seen + rig.Log.Text + rig.Supervisor.Status, StringComparison.Ordinal);
    }

    [Fact]
    public void The_right_password_opens_the_camera()
    {
        using var server = RtspServer.Start("--user", "viewer", "--password", Secret);
        using var rig = new CameraRig(Camera(server.Address) with { Username = "viewer" }, Secret);
        var frame = rig.Next();
        Assert.True(frame is not null, rig.Log.Text);
        frame.Release();
        Assert.DoesNotContain(Secret, rig.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_where_nobody_listens_is_offline_with_a_remedy()
    {
        using var rig = new CameraRig(Camera("rtsp://127.0.0.1:9/stream"));
        Assert.True(rig.Until(() => rig.Supervisor.Status.State == CameraState.Offline), rig.Log.Text);
        Assert.Equal(CameraFault.Unreachable, rig.Supervisor.Status.Fault);
        Assert.Contains("check the address", rig.Supervisor.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_that_does_not_exist_is_not_found()
    {
        using var server = RtspServer.Start();
        using var rig = new CameraRig(Camera(server.Address.Replace("/0", "/none", StringComparison.Ordinal)));
        Assert.True(rig.Until(() => rig.Supervisor.Status.Fault == CameraFault.NotFound), rig.Log.Text + rig.Supervisor.Status);
    }

    [Fact]
    public void A_text_file_as_a_video_is_refused_in_one_line()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "this is no video");
            using var rig = new CameraRig(Camera(file));
            Assert.True(rig.Until(() => rig.Supervisor.Status.Fault == CameraFault.Undecodable), rig.Log.Text + rig.Supervisor.Status);
            Assert.DoesNotContain('\n', rig.Supervisor.Status.Message);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_file_that_is_not_there_is_not_found()
    {
        using var rig = new CameraRig(Camera("/no/such/clip.mp4"));
        Assert.True(rig.Until(() => rig.Supervisor.Status.Fault == CameraFault.NotFound), rig.Log.Text + rig.Supervisor.Status);
    }

    [Fact]
    public void An_operators_pipeline_that_is_wrong_is_named_so()
    {
        using var rig = new CameraRig(Camera("unused") with { Pipeline = "nosuchelement ! appsink name=frames" });
        Assert.True(rig.Until(() => rig.Supervisor.Status.Fault == CameraFault.PipelineInvalid), rig.Log.Text + rig.Supervisor.Status);
    }

    [Fact]
    public void A_camera_comes_back_after_its_server_was_killed()
    {
        var server = RtspServer.Start();
        var port = server.Port;
        using var rig = new CameraRig(Camera(server.Address));
        Release(rig.Next());
        server.Kill();
        Assert.True(rig.Until(() => rig.Supervisor.Status.State == CameraState.Offline, 8), rig.Supervisor.Status.ToString());
        using var again = RtspServer.Start("--port", port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(rig.Until(() => rig.Supervisor.Status.State == CameraState.Running), rig.Supervisor.Status.ToString());
        Release(rig.Next());
        server.Dispose();
    }

    [Theory]
    [InlineData(Signals.Kill)]
    [InlineData(Signals.Stop)]
    public void A_decoder_that_dies_or_hangs_is_replaced(int signal)
    {
        using var server = RtspServer.Start();
        using var rig = new CameraRig(Camera(server.Address));
        Release(rig.Next());
        var first = rig.Supervisor.DecoderProcessId;
        Signals.Send(first, signal);
        Assert.True(rig.Until(() => rig.Supervisor.DecoderProcessId is not 0 and var now && now != first && rig.Supervisor.Status.State == CameraState.Running), rig.Supervisor.Status.ToString());
        Assert.False(Directory.Exists($"/proc/{first}") && ReadProc(first, "cmdline").Contains("decode", StringComparison.Ordinal), "the old decoder still runs");
        Release(rig.Next());
    }

    [Fact]
    public void An_operators_own_pipeline_of_odd_size_is_decoded_right()
    {
        using var rig = new CameraRig(Camera("unused") with
        {
            Pipeline = "videotestsrc num-buffers=5 pattern=red ! video/x-raw,format=BGRx,width=131,height=77 ! appsink name=frames sync=false",
            Pace = SourcePace.AsFastAsPossible,
        });
        var frame = rig.Next();
        Assert.True(frame is not null, rig.Log.Text);
        Assert.Equal((131, 77), (frame.WidthPx, frame.HeightPx));
        Assert.Equal([0, 0, 255], frame.Pixels[..3]);
        var last = ((76 * frame.StrideBytes) + (130 * 4))..((76 * frame.StrideBytes) + (130 * 4) + 3);
        Assert.Equal([0, 0, 255], frame.Pixels[last]);
        frame.Release();
    }

    [Fact]
    public void Stopping_leaves_no_decoder_behind_and_every_frame_is_given_back()
    {
        int child;
        FramePool pool;
        using (var server = RtspServer.Start())
        {
            using var rig = new CameraRig(Camera(server.Address));
            Release(rig.Next());
            child = rig.Supervisor.DecoderProcessId;
            pool = rig.Pool;
        }

        Assert.False(Directory.Exists($"/proc/{child}"));
        Assert.Equal(0, pool.Outside);
    }

    private static CameraConfig Camera(string address) => new() { Id = "test", Address = address };

    private static void Release(Frame? frame)
    {
        Assert.NotNull(frame);
        frame.Release();
    }

    private static bool IsNtp(CameraRig rig)
    {
        if (rig.Feed.Mailbox.TryTake() is not { } frame)
        {
            return false;
        }

        var plausible = frame.Clock == CaptureClock.Ntp && (DateTimeOffset.UtcNow - frame.CapturedAt).Duration() < TimeSpan.FromSeconds(5);
        frame.Release();
        return plausible;
    }

    private static string ReadProc(int process, string name) =>
        File.Exists($"/proc/{process}/{name}") ? Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{process}/{name}")) : string.Empty;
}
