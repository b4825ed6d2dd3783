using EdgePose.Cameras.Sources;
using EdgePose.Cli;
using EdgePose.Cli.Bench;
using EdgePose.Cli.Demo;
using EdgePose.Cli.Replay;
using EdgePose.Daemon.Telemetry;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>
/// Managed bytes that a frame costs in steady state on each thread that it meets: the camera's reader, the preparing thread, and the thread that runs the network,
/// groups, tracks and writes the messages. Messages about tracks must be kept until the broker has acknowledged them, so they are objects: they are counted apart,
/// as is what MQTTnet allocates to send.
/// </summary>
internal static class Allocation
{
    /// <summary>Runs it: <c>--frames N</c> counted after as many that warm up, <c>--network MANIFEST</c>.</summary>
    public static int Run(string[] arguments) => RunAsync(arguments).GetAwaiter().GetResult();

    private static async Task<int> RunAsync(string[] arguments)
    {
        var frames = BundledNetwork.Number(arguments, "--frames", 660);
        using var network = BundledNetwork.Open(arguments);
        var store = new CountingStore();
        await using var publishing = await LoopbackPublishing.StartAsync(network, store);
        var ledger = new ThreadLedger();
        var observer = new AllocationObserver(publishing.Observer, store, ledger, warmUp: frames, counted: frames);
        var meter = new PipelineMeter(ledger);
        var clip = new CameraConfig { Id = "clip", Address = DemoMaterial.Clip, Pace = SourcePace.AsFastAsPossible, Loop = true };
        using var pipeline = new OfflinePipeline([clip], network, (BundledNetwork.WidthPx, BundledNetwork.HeightPx), TimeSpan.Zero, [observer], meter, ledger);
        using var stop = new CancellationTokenSource();
        var running = pipeline.RunAsync(stop.Token);
        await observer.Done;
        await stop.CancelAsync();
        await running;

        Console.WriteLine($"{frames} frames of the bundled clip, {observer.People} people in them, after {frames} to warm up");
        long hot = 0;
        foreach (var (name, bytes) in ledger.Threads())
        {
            var own = name == ThreadLedger.PipelineThread ? bytes - observer.EventFrameBytes : bytes;
            hot += own;
            Console.WriteLine($"  {name,-16} {own,10} B, {(double)own / frames:F2} B a frame");
        }

        Console.WriteLine($"  frames without a message about a track: {observer.PoseFrames}, publishing them {observer.PoseFrameBytes} B");
        Console.WriteLine($"  messages about tracks: {store.Appended}, {(double)observer.EventFrameBytes / Math.Max(1, store.Appended):F0} B each, on the pipeline's thread");
        Console.WriteLine($"  all else in this process (MQTTnet's sending, the in-process broker, timers): {(double)(observer.ProcessBytes - hot - observer.EventFrameBytes) / frames:F0} B a frame");
        Console.WriteLine($"  collections meanwhile: gen 0 {observer.Gen0}, gen 1 {observer.Gen1}, gen 2 {observer.Gen2}");
        Console.WriteLine($"hot path: {(double)hot / frames:F2} B a frame; asked 0");
        return hot == 0 ? 0 : 1;
    }
}
