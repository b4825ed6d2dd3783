using System.Diagnostics;
using EdgePose.Cameras.Sources;
using EdgePose.Cli;
using EdgePose.Cli.Bench;
using EdgePose.Cli.Demo;
using EdgePose.Cli.Replay;
using EdgePose.Daemon.Telemetry;
using EdgePose.Inference;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>
/// The whole pipeline (decoder process, batch, network, grouping, tracks, messages to a real broker) on a file as fast as possible, against the same network alone on
/// the same cores. Blocks of frames take turns: while the network runs alone the pipeline is held between two frames, its decoder blocked on a full pipe.
/// </summary>
internal static class Throughput
{
    /// <summary>Asked by the issue.</summary>
    private const double Goal = 0.85;

    /// <summary>Frames at the beginning of a block that are not timed: those that the decoder had made ready while it was held.</summary>
    private const int Lead = 6;

    /// <summary>Runs it: <c>--rounds N</c>, <c>--frames N</c> a block, <c>--network MANIFEST</c>.</summary>
    public static int Run(string[] arguments) => RunAsync(arguments).GetAwaiter().GetResult();

    private static async Task<int> RunAsync(string[] arguments)
    {
        var (rounds, frames) = (BundledNetwork.Number(arguments, "--rounds", 60), BundledNetwork.Number(arguments, "--frames", 10));
        using var network = BundledNetwork.Open(arguments);
        await using var publishing = await LoopbackPublishing.StartAsync(network);
        using var gate = new GatedObserver(publishing.Observer);
        var meter = new PipelineMeter(TimeProvider.System);
        var clip = new CameraConfig { Id = "clip", Address = DemoMaterial.Clip, Pace = SourcePace.AsFastAsPossible, Loop = true };
        using var pipeline = new OfflinePipeline([clip], network, (BundledNetwork.WidthPx, BundledNetwork.HeightPx), TimeSpan.Zero, [gate], meter);
        using var stop = new CancellationTokenSource();
        var running = pipeline.RunAsync(stop.Token);
        gate.Pass(Lead, frames); // the first block warms up
        var (alone, whole) = (new double[rounds], new double[rounds]);
        var (aloneCpu, wholeCpu) = (TimeSpan.Zero, TimeSpan.Zero);
        for (var round = 0; round < rounds; round++)
        {
            var start = Environment.CpuUsage.TotalTime;
            alone[round] = frames / Alone(network, frames).TotalSeconds;
            var middle = Environment.CpuUsage.TotalTime;
            whole[round] = frames / gate.Pass(Lead, frames).TotalSeconds;
            aloneCpu += middle - start;
            wholeCpu += Environment.CpuUsage.TotalTime - middle;
        }

        gate.Open();
        await stop.CancelAsync();
        await running;
        Print(alone, whole, meter);
        var (aloneMs, wholeMs) = (aloneCpu.TotalMilliseconds / (rounds * (frames + Lead)), (wholeCpu.TotalMilliseconds / (rounds * (frames + Lead))) + meter[PipelineStep.Decode].Mean.TotalMilliseconds);
        Console.WriteLine($"processor time a frame: network alone {aloneMs:F1} ms, whole pipeline and decoder child {wholeMs:F1} ms: {aloneMs / wholeMs:F3}, which other load on the machine moves least");
        return PairedTimer.Median(Ratios(alone, whole)) >= Goal ? 0 : 1;
    }

    private static TimeSpan Alone(PoseNetwork network, int frames)
    {
        for (var i = 0; i < Lead; i++)
        {
            network.Run(0, 1);
        }

        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < frames; i++)
        {
            network.Run(0, 1);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    private static double[] Ratios(double[] alone, double[] whole) => [.. whole.Select((value, i) => value / alone[i])];

    private static void Print(double[] alone, double[] whole, PipelineMeter meter)
    {
        var ratios = Ratios(alone, whole);
        var median = PairedTimer.Median(ratios); // sorts
        Console.WriteLine($"frames/s, median of {alone.Length} blocks: network alone {PairedTimer.Median([.. alone]):F2}, whole pipeline {PairedTimer.Median([.. whole]):F2}");
        Console.WriteLine($"ratio: {median:F3} (median of pairs; quartiles {ratios[ratios.Length / 4]:F3} to {ratios[3 * ratios.Length / 4]:F3}), {whole.Max() / alone.Max():F3} (fastest blocks); asked {Goal}");
        foreach (var step in (PipelineStep[])[PipelineStep.Decode, PipelineStep.Prepare, PipelineStep.Infer, PipelineStep.Group, PipelineStep.Track, PipelineStep.Observe])
        {
            Console.WriteLine($"  {step,-8} p50 {meter[step].Percentile(.5).TotalMilliseconds,7:F3} ms, p95 {meter[step].Percentile(.95).TotalMilliseconds,7:F3} ms{(step == PipelineStep.Decode ? " (processor time of the child)" : "")}");
        }
    }
}
