using EdgePose.Cameras.Sources;
using EdgePose.Daemon.Settings;
using EdgePose.Inference;
using EdgePose.Regions;

namespace EdgePose.Daemon.Networks;

/// <summary>The network that a configuration asks for. The daemon and the tools that prepare a device use the same plan.</summary>
/// <param name="Manifest">Read and checked.</param>
/// <param name="Shape">Input size, rounded up to what the network takes, and largest batch.</param>
/// <param name="Options">What runs it.</param>
/// <param name="Exit">Name of the exit; null for the deepest.</param>
/// <param name="Views">Shape of the views of people, likewise rounded up; null where every frame is looked at whole.</param>
public sealed record NetworkPlan(NetworkManifest Manifest, NetworkShape Shape, ExecutionOptions Options, string? Exit, NetworkShape? Views = null)
{
    /// <summary>Where the network looks, unless a camera differs.</summary>
    public RegionOptions Regions { get; init; } = new();

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
        var views = config.LooksAtViews() ? ViewShape(config.Regions, manifest) : (NetworkShape?)null;
        return new NetworkPlan(manifest, new NetworkShape(section.InputHeightPx, section.InputWidthPx, section.MaxBatch).RoundedUpFor(manifest), options, section.Exit, views) { Regions = config.Regions };
    }

    /// <summary>The largest frame of a camera: what views are cut from, or the network's input.</summary>
    public (int Width, int Height) FrameSizePx(CameraConfig camera)
    {
        ArgumentNullException.ThrowIfNull(camera);
        return camera.RegionsWith(Regions) is { Enabled: true } own ? (own.MaxFrameWidthPx, own.MaxFrameLinesPx) : (Shape.InputWidthPx, Shape.InputHeightPx);
    }

    /// <summary>Shape of the views of people, rounded up to what a network takes.</summary>
    /// <param name="regions">Their size and largest batch.</param>
    /// <param name="manifest">The network's.</param>
    public static NetworkShape ViewShape(RegionOptions regions, NetworkManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(regions);
        return new NetworkShape(regions.ViewHeightPx, regions.ViewWidthPx, regions.MaxBatch).RoundedUpFor(manifest);
    }
}
