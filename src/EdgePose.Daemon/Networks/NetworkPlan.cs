using EdgePose.Daemon.Settings;
using EdgePose.Inference;

namespace EdgePose.Daemon.Networks;

/// <summary>What a configuration asks of a network: the one translation of its section, for the daemon and for the tools that prepare a device for it.</summary>
/// <param name="Manifest">Read and checked.</param>
/// <param name="Shape">Input size and largest batch.</param>
/// <param name="Options">What runs it.</param>
/// <param name="Exit">Name of the exit; null for the deepest.</param>
public sealed record NetworkPlan(NetworkManifest Manifest, NetworkShape Shape, ExecutionOptions Options, string? Exit)
{
    /// <summary>Reads the manifest, and translates the section.</summary>
    /// <exception cref="NetworkException">The manifest is at fault.</exception>
    public static NetworkPlan Of(EdgePoseConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var section = config.Network;
        var options = new ExecutionOptions
        {
            Providers = [.. section.Providers.Select(provider => provider switch
            {
                ProviderChoice.TensorRt => ExecutionProvider.TensorRt,
                ProviderChoice.Cuda => ExecutionProvider.Cuda,
                _ => ExecutionProvider.Cpu,
            })],
            Precision = section.Precision switch
            {
                PrecisionChoice.Fp32 => NetworkPrecision.Fp32,
                PrecisionChoice.Int8 => NetworkPrecision.Int8,
                _ => NetworkPrecision.Fp16,
            },
            Threads = section.Threads,
        };
        options = section.EngineCachePath is { } cache ? options with { EngineCachePath = config.Resolve(cache) } : options;
        var manifest = NetworkManifest.Load(config.Resolve(section.Manifest));
        return new NetworkPlan(manifest, new NetworkShape(section.InputHeightPx, section.InputWidthPx, section.MaxBatch).RoundedUpFor(manifest), options, section.Exit);
    }
}
