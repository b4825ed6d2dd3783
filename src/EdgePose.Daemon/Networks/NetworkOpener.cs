using EdgePose.Daemon.Settings;
using EdgePose.Inference;

namespace EdgePose.Daemon.Networks;

/// <summary>Opens the network that a configuration asks for.</summary>
public static class NetworkOpener
{
    /// <summary>As the unit's TimeoutStartSec.</summary>
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(30);

    /// <summary>Opens and warms it. Two input slots on a GPU, one on the CPU: see docs/decisions/0003.</summary>
    /// <exception cref="NetworkException">The manifest, the file, the shape or the machine is at fault; with the remedy.</exception>
    public static PoseNetwork Open(EdgePoseConfig config, IProgress<string>? progress) => Open(NetworkPlan.Of(config), progress);

    /// <summary>Opens and warms it, as <see cref="Open(EdgePoseConfig, IProgress{string}?)"/> does.</summary>
    /// <exception cref="NetworkException">The file, the shape or the machine is at fault; with the remedy.</exception>
    public static PoseNetwork Open(NetworkPlan plan, IProgress<string>? progress)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var slots = plan.Options.Providers is [ExecutionProvider.Cpu, ..] ? 1 : OnnxRuntimeEnvironment.HasGpu ? 2 : 1;
        var network = PoseNetwork.Open(plan.Manifest, plan.Shape, plan.Options, plan.Exit, progress, slots);
        network.Warm();
        return network;
    }

    /// <summary>Opens and warms it on a thread of its own, because one that hangs can neither be interrupted nor freed.</summary>
    /// <param name="open">Does it: <see cref="Open(NetworkPlan, IProgress{string}?)"/>, but for a test.</param>
    /// <param name="plan">What is opened.</param>
    /// <param name="progress">Told what goes on.</param>
    public static Task<PoseNetwork> OnItsOwnThread(OpenNetwork open, NetworkPlan plan, IProgress<string>? progress) =>
        Task.Factory.StartNew(() => open(plan, progress), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>How long opening it may take before it counts as a hang.</summary>
    /// <param name="plan">What is opened.</param>
    /// <param name="section">Has the limit of all that builds no engine.</param>
    /// <remarks>Whether the engine is built already is not looked up: that asks the GPU, which may be what hangs.</remarks>
    public static TimeSpan Limit(NetworkPlan plan, NetworkConfig section)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(section);
        var options = plan.Options;
        var mayBuild = OnnxRuntimeEnvironment.HasGpu && options.Providers.Contains(ExecutionProvider.TensorRt) && options.Failed.All(failed => failed.Provider != ExecutionProvider.TensorRt);
        var limit = TimeSpan.FromSeconds(section.OpenLimitSeconds);
        return mayBuild && limit < BuildLimit ? BuildLimit : limit;
    }
}
