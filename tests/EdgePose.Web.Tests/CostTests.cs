using System.Diagnostics;
using EdgePose.Cameras.Frames;
using EdgePose.Web.Live;

namespace EdgePose.Web.Tests;

/// <summary>What a viewer and a scrape cost. Figures are held at night alone.</summary>
public sealed class CostTests
{
    private const double PicturesPerSecond = 10;

    [Fact]
    public async Task One_viewer_costs_at_most_a_twentieth_of_a_core_a_camera()
    {
        await using var rig = await PageRig.StartAsync(PageRig.Config());
        using var client = await rig.LookAsync("""{"cameras":["lobby"],"pictures":true}""");
        await PageRig.UntilAsync(() => rig.Hub.PicturesMade > 0);
        var frame = Picture();
        var header = new byte[6000]; // some five people
        for (var i = 0; i < 20; i++)
        {
            PictureEncoder.Picture(header, frame);
        }

        var times = Enumerable.Range(0, 100).Select(_ => Time(() => PictureEncoder.Picture(header, frame))).Order().ToArray();
        var share = times[50] * PicturesPerSecond;
        Measured.Say($"{share:0.000} of a core at {PicturesPerSecond} pictures a second of 456x256 (promised 0.05); one picture takes {times[50] * 1000:0.0} ms");
        Measured.Hold(share, 0.05, "a viewer's share of a core");
    }

    [Fact]
    public async Task A_scrape_with_16_cameras_takes_at_most_5_ms()
    {
        await using var rig = await PageRig.StartAsync(PageRig.Config(cameras: 16));
        await PageRig.UntilAsync(() => rig.Service.Live is { IsRunning: true } live && live.Cameras.All(camera => camera.Status.FramesInferred > 0));
        var times = new List<double>();
        var text = string.Empty;
        for (var i = 0; i < 30; i++)
        {
            await Task.Delay(400, TestContext.Current.CancellationToken); // longer than the exporter keeps an answer
            var start = Stopwatch.GetTimestamp();
            text = await rig.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        times.Sort();
        var series = text.Split('\n').Count(line => line.Contains("camera=\"lobby-7\"", StringComparison.Ordinal));
        Measured.Say($"{times[15] * 1000:0.0} ms in the median, {times[0] * 1000:0.0} ms at best (promised 5 ms); {series} series a camera (promised 150)");
        Assert.InRange(series, 1, 150);
        Measured.Hold(times[15], 0.005, "a scrape");
    }

    private static double Time(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>A picture with edges and shades, as rooms have them.</summary>
    private static Frame Picture()
    {
        const int width = 456;
        const int height = 256;
        var frame = new FramePool(1).Rent(width * height * 4);
        frame.SetSize(width, height, width * 4);
        var random = new Random(1);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var shade = (byte)((((x / 37) + (y / 29)) % 5 * 45) + random.Next(12));
                frame.Pixels.AsSpan(((y * width) + x) * 4, 4).Fill(shade);
            }
        }

        return frame;
    }
}
