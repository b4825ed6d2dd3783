using EdgePose.Inference;
using System.Diagnostics;
using System.Globalization;
using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using EdgePose.Daemon;
using EdgePose.Daemon.Batching;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Overload;
using EdgePose.Daemon.Settings;
using EdgePose.Daemon.Telemetry;
using EdgePose.Decoding;
using EdgePose.Tracking;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>
/// What each step against overload gains: many cameras (noise, ten frames a second each, no decoders) on one pipeline, whose network is exchanged for that of the next step while frames flow.
/// Prints what a camera gets at each step, and what the exchange costs: how long opening took beside the running network, and the longest pause between two batches.
/// </summary>
internal static class Overload
{
    public static int Run(string[] arguments)
    {
        var (cameras, seconds) = (BundledNetwork.Number(arguments, "--cameras", 32), BundledNetwork.Number(arguments, "--seconds", 15));
        var manifest = BundledNetwork.Manifest(arguments);
        var shallower = BundledNetwork.Argument(arguments, "--shallower") ?? Path.Combine(Path.GetDirectoryName(manifest)!, "edgepose-l-initial.json");
        var config = new EdgePoseConfig
        {
            Network = new NetworkConfig { Manifest = Path.GetFullPath(manifest), InputWidthPx = BundledNetwork.WidthPx, InputHeightPx = BundledNetwork.HeightPx, Providers = [ExecutionProvider.Cpu] },
            Overload = new OverloadConfig { ShallowerManifest = Path.GetFullPath(shallower) },
        };
        var plan = NetworkPlan.Of(config);
        using var signal = new FrameSignal();
        var feeds = Enumerable.Range(0, cameras).Select(i => new CameraFeed(
            new CameraConfig { Id = $"camera-{i}", Address = "noise" }, new LatestFrame(signal, lossless: false, TimeProvider.System), TimeProvider.System)).ToArray();
        var (meter, sink) = (new PipelineMeter(TimeProvider.System), new PauseObserver());
        var network = NetworkOpener.Open(plan, progress: null);
        using var pipeline = new Pipeline(new Batcher(feeds, TimeSpan.FromMilliseconds(10), signal, TimeProvider.System), network, new DecoderOptions(),
            _ => new Tracker(plan.Manifest.Skeleton, new TrackerOptions()), new FrameObservers([sink], TimeProvider.System, logger: null), meter, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var running = Task.Factory.StartNew(() => pipeline.Run(stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var feeding = Task.Factory.StartNew(() => Feed(feeds, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        Console.WriteLine($"{cameras} cameras of 10 frames/s, {seconds} s each\n{"step",-15} {"network",-20} {"input",9} {"each/s",7} {"least",6} {"most",6} {"oldest ms",9} {"opening s",9} {"pause ms",8}");
        OverloadStep[][] steps = [[], [OverloadStep.ShallowerExit], [OverloadStep.ShallowerExit, OverloadStep.SmallerInput], []];
        var opening = TimeSpan.Zero;
        foreach (var taken in steps)
        {
            var wanted = OverloadMeasure.PlanOf(plan, config, taken);
            sink.TakeLongestPause();
            if (meter.Frames > 0)
            {
                var start = Stopwatch.GetTimestamp();
                var next = NetworkOpener.Open(wanted, progress: null);
                opening = Stopwatch.GetElapsedTime(start);
                pipeline.ExchangeAsync(next, new DecoderOptions()).GetAwaiter().GetResult();
                network.Dispose();
                network = next;
            }

            Thread.Sleep(1000);
            var pause = sink.TakeLongestPause();
            Print(taken, wanted, feeds, meter, seconds, opening, pause);
        }

        stop.Cancel();
        Task.WaitAll(running, feeding);
        network.Dispose();
        Array.ForEach(feeds, feed => feed.Mailbox.Dispose());
        return 0;
    }

    private static void Print(OverloadStep[] taken, NetworkPlan plan, CameraFeed[] feeds, PipelineMeter meter, int seconds, TimeSpan opening, TimeSpan pause)
    {
        meter.TakeOldestFrame();
        long[] before = [.. feeds.Select(feed => feed.Counts.Inferred)];
        var start = Stopwatch.GetTimestamp();
        Thread.Sleep(TimeSpan.FromSeconds(seconds));
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double[] rates = [.. feeds.Select((feed, i) => (feed.Counts.Inferred - before[i]) / elapsed)];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(taken.Length == 0 ? "none" : taken[^1].ToString()),-15} {plan.Manifest.Id,-20} {$"{plan.Shape.InputWidthPx}x{plan.Shape.InputHeightPx}",9} {rates.Average(),7:0.00} {rates.Min(),6:0.00} {rates.Max(),6:0.00} {meter.TakeOldestFrame().TotalMilliseconds,9:0} {opening.TotalSeconds,9:0.00} {pause.TotalMilliseconds,8:0}"));
    }

    private static void Feed(CameraFeed[] feeds, CancellationToken stop)
    {
        var pool = new FramePool(3 * feeds.Length);
        var noise = new byte[BundledNetwork.WidthPx * BundledNetwork.HeightPx * 4];
        new Random(1).NextBytes(noise);
        var origin = TimeProvider.System.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            foreach (var feed in feeds)
            {
                var frame = pool.Rent(noise.Length);
                frame.SetSize(BundledNetwork.WidthPx, BundledNetwork.HeightPx, BundledNetwork.WidthPx * 4);
                noise.CopyTo(frame.Pixels, 0);
                frame.CameraId = feed.Config.Id;
                frame.Sequence = feed.CountReceived();
                frame.ArrivedTimestamp = TimeProvider.System.GetTimestamp();
                frame.CapturedMonotonic = TimeProvider.System.GetElapsedTime(origin);
                feed.Mailbox.Publish(frame, stop);
            }

            stop.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(100));
        }
    }

    /// <summary>Takes nothing, and notes how long it had to wait for the next frame.</summary>
    private sealed class PauseObserver : IFrameObserver
    {
        public string Name => "pause";

        private long last = Stopwatch.GetTimestamp();
        private long longestTicks;

        public TimeSpan TakeLongestPause() => TimeSpan.FromTicks(Interlocked.Exchange(ref longestTicks, 0));

        public void Observe(in FrameResult result)
        {
            var now = Stopwatch.GetTimestamp();
            longestTicks = Math.Max(Interlocked.Read(ref longestTicks), Stopwatch.GetElapsedTime(last, now).Ticks);
            last = now;
        }
    }
}
