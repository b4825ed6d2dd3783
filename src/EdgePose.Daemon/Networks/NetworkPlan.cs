using EdgePose.Daemon.Settings;
using EdgePose.Inference;

namespace EdgePose.Daemon.Networks;

/// <summary>The network that a configuration asks for. The daemon and the tools that prepare a device use the same plan.</summary>
/// <param name="Manifest">Read and checked.</param>
/// <param name="Shape">Input size, rounded up to what the network takes, and largest batch.</param>
/// <param name="Options">What runs it.</param>
/// <param name="Exit">Name of the exit; null for the deepest.</param>
public sealed record NetworkPlan(NetworkManifest Manifest, NetworkShape Shape, ExecutionOptions Options, string? Exit)
{
    /// <summary>Reads the manifest and makes the plan. PlanCheck checks it.</summary>
    /// <exception cref="NetworkException">The manifest is at fault.</exception>
    public static NetworkPlan Of(EdgePoseConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var section = config.Network;
        var options = new ExecutionOptions
        {
            Providers = section.Providers,
            Precision = section.Precision,
            Threads = section.Threads,
        };
        options = section.EngineCachePath is { } cache ? options with { EngineCachePath = config.Resolve(cache) } : options;
        var manifest = NetworkManifest.Load(config.Resolve(section.Manifest));
        return new NetworkPlan(manifest, new NetworkShape(section.InputHeightPx, section.InputWidthPx, section.MaxBatch).RoundedUpFor(manifest), options, section.Exit);
    }
}
