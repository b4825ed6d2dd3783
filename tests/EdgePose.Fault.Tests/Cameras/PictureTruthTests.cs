using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using EdgePose.Cameras.Supervision;

namespace EdgePose.Fault.Tests.Cameras;

/// <summary>What real sources send is taken as they mean it: own pipelines, files without times, turned pictures, streams that begin in the middle.</summary>
public sealed class PictureTruthTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task An_own_pipeline_for_http_goes_offline_when_the_camera_hangs_up_and_is_tried_again()
    {
        Launch($"videotestsrc num-buffers=5 ! video/x-raw,width=64,height=48 ! jpegenc ! multifilesink location={folder}/%d.jpg");
        byte[][] pictures = [.. Directory.GetFiles(folder, "*.jpg").Select(File.ReadAllBytes)];
        using var camera = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort()}/";
        camera.Prefixes.Add(address);
        camera.Start();
        var requests = 0;
        var serving = ServeAsync();
        const string pipeline = "souphttpsrc location={address} ! multipartdemux ! jpegdec ! videoconvert ! video/x-raw,format=BGRx ! appsink name=frames drop=true max-buffers=1 sync=false";
        using (var rig = new CameraRig(new CameraConfig { Id = "test", Address = address, Pipeline = pipeline }))
        {
            var frame = rig.Next();
            Assert.True(frame is not null, rig.Log.Text);
            Assert.Equal(CaptureClock.Arrival, frame.Clock); // it has no timestamps, and none is invented
            frame.Release();
            rig.SecondsUntil(() => Volatile.Read(ref requests) >= 2, 60, "asked again");
            Assert.Contains("the camera ended the stream", rig.Log.Text, StringComparison.Ordinal);
            Assert.NotEqual(CameraState.Ended, rig.Supervisor.Status.State);
        }

        camera.Stop();
        await serving;

        async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    var context = await camera.GetContextAsync();
                    Interlocked.Increment(ref requests);
                    context.Response.ContentType = "multipart/x-mixed-replace; boundary=frame";
                    foreach (var picture in pictures)
                    {
                        await context.Response.OutputStream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {picture.Length}\r\n\r\n"));
                        await context.Response.OutputStream.WriteAsync(picture);
                        await context.Response.OutputStream.WriteAsync("\r\n"u8.ToArray());
                        await Task.Delay(100);
                    }

                    context.Response.Close();
                }
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or IOException)
            {
                // the camera or the client is gone
            }
        }
    }

    [Theory]
    [InlineData("jpegenc", "raw.mjpeg")]
    [InlineData("x264enc bframes=0 ! video/x-h264,stream-format=byte-stream", "raw.h264")]
    public void A_file_without_timestamps_gets_a_rate_that_is_said(string encoder, string name)
    {
        var path = Path.Combine(folder, name);
        Launch($"videotestsrc num-buffers=20 ! video/x-raw,width=64,height=48,framerate=10/1 ! {encoder} ! filesink location={path}");
        using var rig = new CameraRig(new CameraConfig { Id = "test", Address = path, Pace = SourcePace.AsFastAsPossible });
        var times = Times(rig);
        Assert.Equal(20, times.Count);
        Assert.Equal(times.Order().Distinct(), times);
        Assert.InRange(times[^1] - times[0], 0.5, 20);
    }

    [Fact]
    public void A_recording_that_was_put_together_of_several_never_goes_back_in_time()
    {
        var one = Path.Combine(folder, "one.ts");
        Launch($"videotestsrc num-buffers=20 ! video/x-raw,width=64,height=48,framerate=10/1 ! x264enc bframes=0 ! mpegtsmux ! filesink location={one}");
        var both = Path.Combine(folder, "both.ts");
        File.WriteAllBytes(both, [.. File.ReadAllBytes(one), .. File.ReadAllBytes(one)]);
        using var rig = new CameraRig(new CameraConfig { Id = "test", Address = both, Pace = SourcePace.AsFastAsPossible });
        var times = Times(rig);
        Assert.InRange(times.Count, 35, 40);
        Assert.Equal(times.Order().Distinct(), times);
    }

    [Fact]
    public void A_video_is_turned_as_its_display_matrix_says()
    {
        var path = Path.Combine(folder, "phone.mp4");
        Launch($"videotestsrc num-buffers=5 ! video/x-raw,width=128,height=64 ! x264enc bframes=0 ! mp4mux ! filesink location={path}");
        var bytes = File.ReadAllBytes(path);
        int[] turned = [0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30]; // ISO 14496-12, 8.3.2: by a quarter
        var matrix = bytes.AsSpan().IndexOf("tkhd"u8) + 4 + 40;
        for (var i = 0; i < turned.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(matrix + (4 * i)), turned[i]);
        }

        File.WriteAllBytes(path, bytes);
        using var rig = new CameraRig(new CameraConfig { Id = "test", Address = path, Pace = SourcePace.AsFastAsPossible });
        var frame = rig.Next();
        Assert.True(frame is not null, rig.Log.Text);
        Assert.Equal((64, 128, 64, 128), (frame.WidthPx, frame.HeightPx, frame.SourceWidthPx, frame.SourceHeightPx));
        frame.Release();
    }

    [Fact]
    public void A_squeezed_picture_is_stretched_by_the_key_pixelAspect()
    {
        var path = Path.Combine(folder, "1080N.mkv");
        Launch($"videotestsrc num-buffers=5 ! video/x-raw,width=64,height=64 ! x264enc bframes=0 ! matroskamux ! filesink location={path}");
        using var rig = new CameraRig(new CameraConfig { Id = "test", Address = path, Pace = SourcePace.AsFastAsPossible, PixelAspect = 2 });
        var frame = rig.Next();
        Assert.True(frame is not null, rig.Log.Text);
        Assert.Equal(2.0, (double)frame.WidthPx / frame.HeightPx, 0.05);
        frame.Release();
    }

    /// <summary>A white bar moves by 8 pixels a field. In a comb, every second row has the bar elsewhere.</summary>
    [Theory]
    [InlineData("interlace field-pattern=1:1 ! x264enc bframes=0 interlaced=true quantizer=5 pass=quant", "framerate=50/1")]
    [InlineData("x264enc bframes=0 quantizer=5 pass=quant", "framerate=25/1")]
    public void What_moves_in_an_interlaced_stream_has_no_comb(string encoder, string rate)
    {
        var path = Path.Combine(folder, "interlaced.mkv");
        Launch($"videotestsrc num-buffers=20 pattern=bar horizontal-speed=8 ! video/x-raw,format=I420,width=128,height=64,{rate} ! {encoder} ! matroskamux ! filesink location={path}");
        using var rig = new CameraRig(new CameraConfig { Id = "test", Address = path, Pace = SourcePace.AsFastAsPossible });
        rig.Next()?.Release();
        var frame = rig.Next();
        Assert.True(frame is not null, rig.Log.Text);
        var (height, stride) = (frame.HeightPx, frame.StrideBytes);
        var differing = Enumerable.Range(0, (height - 1) * frame.WidthPx)
            .Count(i => Math.Abs(frame.Pixels[(i / frame.WidthPx * stride) + (i % frame.WidthPx * 4)] - frame.Pixels[((i / frame.WidthPx) + 1) * stride + (i % frame.WidthPx * 4)]) > 100);
        frame.Release();
        Assert.Equal(64, height);
        Assert.InRange(differing, 0, height);
    }

    [Theory]
    [InlineData(null, 128)]
    [InlineData(1, 64)]
    [InlineData(2, 128)]
    public void Of_several_video_tracks_the_largest_plays_or_the_one_that_is_named(int? track, int width)
    {
        var path = Path.Combine(folder, "tracks.mkv");
        Launch($"matroskamux name=mux ! filesink location={path} videotestsrc num-buffers=5 ! video/x-raw,width=64,height=64 ! x264enc bframes=0 ! mux. videotestsrc num-buffers=5 ! video/x-raw,width=128,height=64 ! x264enc bframes=0 ! mux.");
        using var rig = new CameraRig(new CameraConfig { Id = "test", Address = path, Pace = SourcePace.AsFastAsPossible, VideoTrack = track });
        var frame = rig.Next();
        Assert.True(frame is not null, rig.Log.Text + rig.Supervisor.Status);
        Assert.Equal((width, width), (frame.WidthPx, frame.SourceWidthPx));
        frame.Release();
    }

    [Fact]
    public void A_stream_that_is_joined_between_key_frames_gives_no_picture_until_one_comes_and_says_so()
    {
        using var server = RtspServer.Start("--scene", "--encoder", "tune=zerolatency speed-preset=ultrafast key-int-max=100000");
        using var first = new CameraRig(new CameraConfig { Id = "first", Address = server.Address }); // keeps the shared stream going
        first.Next()?.Release();
        using var rig = new CameraRig(new CameraConfig { Id = "test", Address = server.Address });
        rig.SecondsUntil(() => rig.Log.Text.Contains("no key frame yet", StringComparison.Ordinal), 60, "said that a key frame is awaited");
        Assert.Equal((0, 0), (rig.Feed.Counts.Received, rig.Supervisor.Status.Restarts));
    }

    [Fact]
    public void A_file_that_is_cut_short_is_played_as_far_as_it_goes_and_said_so()
    {
        var path = Path.Combine(folder, "cut.mkv");
        Launch($"videotestsrc num-buffers=200 pattern=snow ! video/x-raw,width=128,height=64,framerate=10/1 ! x264enc bframes=0 ! matroskamux ! filesink location={path}");
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(file.Length / 2);
        }

        using var rig = new CameraRig(new CameraConfig { Id = "test", Address = path, Pace = SourcePace.AsFastAsPossible });
        Assert.InRange(Times(rig).Count, 50, 150);
        Assert.Contains("cut short or damaged", rig.Log.Text, StringComparison.Ordinal);
    }

    private static List<double> Times(CameraRig rig)
    {
        var times = new List<double>();
        rig.SecondsUntil(() =>
        {
            while (rig.Feed.Mailbox.TryTake() is { } frame)
            {
                times.Add(frame.CapturedMonotonic.TotalSeconds);
                frame.Release();
            }

            return rig.Supervisor.Status.State == CameraState.Ended && !rig.Feed.Mailbox.HasFrame;
        }, 60, "played to its end");
        return times;
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Launch(string pipeline)
    {
        using var process = Process.Start(new ProcessStartInfo("gst-launch-1.0", ["-q", .. pipeline.Split(' ')]) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
