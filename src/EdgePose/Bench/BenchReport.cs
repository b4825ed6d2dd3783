using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgePose.Daemon.Telemetry;
using EdgePose.Inference;
using EdgePose.Regions;

namespace EdgePose.Cli.Bench;

/// <summary>What a measurement found, as a table for a person and as JSON for a script.</summary>
internal sealed class BenchReport(BenchOptions options, string source, bool isLive, PoseNetwork network, BenchWindow window)
{
    private static readonly (string Name, PipelineStep Step, string Per)[] Steps =
    [
        ("decode", PipelineStep.Decode, "frame, cpu"), ("prepare", PipelineStep.Prepare, "batch"), ("infer", PipelineStep.Infer, "batch"),
        ("group", PipelineStep.Group, "frame"), ("track", PipelineStep.Track, "frame"), ("publish", PipelineStep.Observe, "frame"),
    ];

    public BenchOptions Options => options;

    public string ToTable()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{network.Manifest.Id} {network.Shape.InputWidthPx} x {network.Shape.InputHeightPx} on {network.Providers.Ran}, batch {network.Shape.MaxBatch}; {source} x {options.Cameras}");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Machine.Processor}, {Environment.ProcessorCount} cores; .NET {Environment.Version}, ONNX Runtime {Machine.OnnxRuntime}");
        text.AppendLine();
        text.AppendLine("step      per           count   p50 ms   p95 ms   p99 ms  mean ms");
        foreach (var (name, per, histogram) in Rows())
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{name,-8}  {per,-10} {histogram.Count,8} {Ms(histogram, .5),8:0.000} {Ms(histogram, .95),8:0.000} {Ms(histogram, .99),8:0.000} {histogram.Mean.TotalMilliseconds,8:0.000}");
        }

        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{window.FramesPerSecond:0.00} frames/s over {window.Elapsed.TotalSeconds:0.0} s; {Ratio(window.Meter.Frames, window.Meter.Batches):0.00} frames a batch, {Ratio(window.Meter.People, window.Meter.Frames):0.0} people a frame; {window.Cpu / window.Elapsed:0.00} cores (decoders apart)");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Ratio(window.Meter.Pixels, window.Meter.Frames) / 1000:0.0} thousand network pixels a frame; {string.Join(", ", Views().Select(view => $"{view.PerFrame:0.00} {view.Name}"))} views a frame");
        text.AppendLine(CultureInfo.InvariantCulture, $"{window.Messages} pose messages sent, {window.MessagesDropped} dropped");
        return text.ToString();
    }

    public string ToJson()
    {
        var steps = new JsonArray();
        foreach (var (name, per, histogram) in Rows())
        {
            steps.Add(new JsonObject
            {
                ["step"] = name, ["per"] = per, ["count"] = histogram.Count, ["p50Ms"] = Rounded(Ms(histogram, .5)), ["p95Ms"] = Rounded(Ms(histogram, .95)),
                ["p99Ms"] = Rounded(Ms(histogram, .99)), ["meanMs"] = Rounded(histogram.Mean.TotalMilliseconds), ["maxMs"] = Rounded(histogram.Max.TotalMilliseconds),
            });
        }

        return new JsonObject
        {
            ["software"] = typeof(BenchReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0",
            ["measuredAt"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture),
            ["machine"] = new JsonObject
            {
                ["processor"] = Machine.Processor, ["cores"] = Environment.ProcessorCount, ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
                ["system"] = RuntimeInformation.OSDescription, ["dotnet"] = Environment.Version.ToString(), ["onnxRuntime"] = Machine.OnnxRuntime,
            },
            ["network"] = new JsonObject
            {
                ["id"] = network.Manifest.Id, ["sha256"] = network.Manifest.Sha256, ["inputWidthPx"] = network.Shape.InputWidthPx, ["inputHeightPx"] = network.Shape.InputHeightPx,
                ["maxBatch"] = network.Shape.MaxBatch, ["providerRan"] = network.Providers.Ran.ToString(), ["threads"] = options.Execution.Threads,
            },
            ["source"] = source,
            ["live"] = isLive,
            ["cameras"] = options.Cameras,
            ["seconds"] = Rounded(window.Elapsed.TotalSeconds),
            ["framesPerSecond"] = Rounded(window.FramesPerSecond),
            ["frames"] = window.Meter.Frames,
            ["batches"] = window.Meter.Batches,
            ["peoplePerFrame"] = Rounded(Ratio(window.Meter.People, window.Meter.Frames)),
            ["networkPixelsPerFrame"] = Math.Round(Ratio(window.Meter.Pixels, window.Meter.Frames)),
            ["viewsPerFrame"] = new JsonObject(Views().Select(view => KeyValuePair.Create(view.Name, (JsonNode?)Rounded(view.PerFrame)))),
            ["coresUsed"] = Rounded(window.Cpu / window.Elapsed),
            ["poseMessagesSent"] = window.Messages,
            ["poseMessagesDropped"] = window.MessagesDropped,
            ["steps"] = steps,
        }.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n";
    }

    private IEnumerable<(string Name, double PerFrame)> Views() =>
        Enum.GetValues<ViewKind>().Select(kind => (JsonNamingPolicy.CamelCase.ConvertName(kind.ToString()), Ratio(window.Meter.Views[(int)kind], window.Meter.Frames)));

    private IEnumerable<(string Name, string Per, LatencyHistogram Histogram)> Rows()
    {
        foreach (var (name, step, per) in Steps)
        {
            yield return (name, per, window.Meter[step]);
        }

        yield return ("send", "message", window.Send);
        if (isLive)
        {
            yield return ("arrival to hand-over", "frame", window.Meter[PipelineStep.Total]);
        }
    }

    private static double Ms(LatencyHistogram histogram, double share) => histogram.Percentile(share).TotalMilliseconds;

    private static double Rounded(double value) => Math.Round(value, 3);

    private static double Ratio(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
