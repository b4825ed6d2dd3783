using System.Globalization;
using EdgePose.Cli.Terminal;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Networks;
using EdgePose.Inference;

namespace EdgePose.Cli.Model;

/// <summary>Builds one engine, or says what it would be.</summary>
internal static class EngineBuild
{
    /// <summary>Runs it.</summary>
    /// <param name="plan">The network as the daemon would open it.</param>
    /// <param name="dryRun">Only say.</param>
    /// <param name="output">Where it is said.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandFault">TensorRT is not asked for, or not there.</exception>
    /// <exception cref="NetworkException">The network is at fault.</exception>
    public static int Run(NetworkPlan plan, bool dryRun, TextWriter output)
    {
        if (!plan.Options.Providers.Contains(ExecutionProvider.TensorRt))
        {
            throw new CommandFault(ExitCodes.Config, $"The providers are {string.Join(", ", plan.Options.Providers)}: without TensorRt among them the daemon uses no engine; add tensorrt to network.providers.");
        }

        var engine = TensorRtEngine.Of(plan.Manifest, plan.Shape, plan.Options);
        Describe(engine, output);
        var unavailable = TensorRtEngine.WhyUnavailable(plan.Options.DeviceId);
        if (dryRun)
        {
            output.WriteLine($"tensorrt    {unavailable ?? "in this build"}");
            return ExitCodes.Ok;
        }

        if (unavailable is not null)
        {
            throw new CommandFault(ExitCodes.Unavailable, $"No engine can be built here: {unavailable}. On a Jetson, build EdgePose with its GPU library first.");
        }

        Build(plan, engine, output);
        return ExitCodes.Ok;
    }

    private static void Describe(TensorRtEngine engine, TextWriter output)
    {
        var key = engine.Key;
        output.WriteLine($"network     {key.ModelId}, sha256 {key.ModelSha256}");
        output.WriteLine($"gpu         {key.GpuName}");
        output.WriteLine($"versions    TensorRT {key.TensorRtVersion}, ONNX Runtime {key.OnnxRuntimeVersion}");
        output.WriteLine($"precision   {key.Precision}");
        output.WriteLine($"profile     {key.ShapeProfile}");
        output.WriteLine($"engine      {engine.Folder} ({(engine.IsBuilt ? "built" : "not built yet")})");
    }

    /// <summary>Opens the network as the daemon does: that builds the engine when it is not there, and proves by a real run that it works.</summary>
    private static void Build(NetworkPlan plan, TensorRtEngine engine, TextWriter output)
    {
        // CUDA stays beside TensorRT as configured, because it decides which layers the engine holds; the processor may not step in.
        var providers = plan.Options.Providers.Where(provider => !Provider.Of(provider).IsProcessor).OrderBy(provider => provider != ExecutionProvider.TensorRt);
        var start = TimeProvider.System.GetTimestamp();
        using var network = NetworkOpener.Open(plan with { Options = plan.Options with { Providers = [.. providers] } }, new Progress<string>(output.WriteLine));
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        if (network.Providers.Ran != ExecutionProvider.TensorRt)
        {
            throw new CommandFault(ExitCodes.Unavailable, $"No engine was built: {string.Join("; ", network.Providers.Refusals.Select(refusal => $"{refusal.Provider}: {refusal.Reason}"))}.");
        }

        var bytes = Directory.EnumerateFiles(engine.Folder).Sum(file => new FileInfo(file).Length);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(engine.IsBuilt ? "opened and tried" : "built and tried")} in {seconds:0.0} s: {engine.Folder}, {bytes / 1048576.0:0.0} MB"));
        foreach (var stale in new EngineCache(plan.Options.EngineCachePath).Stale(engine.Key))
        {
            output.WriteLine($"of an older key, may be removed: {stale}");
        }
    }
}
