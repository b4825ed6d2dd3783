using EdgePose.Daemon.Settings;
using EdgePose.Inference;

namespace EdgePose.Daemon.Networks;

/// <summary>Opens the network that a configuration asks for.</summary>
public static class NetworkOpener
{
    /// <summary>TimeoutStartSec of the systemd unit.</summary>
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(30);

    /// <summary>Opens and warms a network. Two input slots on a GPU, one on the CPU: see docs/decisions/0003.</summary>
    /// <exception cref="NetworkException">The file, the shape or the machine is at fault; with the remedy.</exception>
    public static PoseNetwork Open(NetworkPlan plan, IProgress<string>? progress)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var slots = Provider.Of(plan.Options.Providers[0]).IsProcessor || !OnnxRuntimeEnvironment.HasGpu ? 1 : 2;
        var network = PoseNetwork.Open(plan.Manifest, plan.Shape, plan.Options, plan.Exit, progress, slots, plan.Views);
        network.Warm();
        return network;
    }

    /// <summary>Opens and warms a network on its own thread, because an opening that hangs can neither be interrupted nor freed.</summary>
    /// <param name="open">Opens it: <see cref="Open(NetworkPlan, IProgress{string}?)"/>, but for a test.</param>
    /// <param name="plan">The network.</param>
    /// <param name="progress">Receives the progress.</param>
    public static Task<PoseNetwork> OnItsOwnThread(OpenNetwork open, NetworkPlan plan, IProgress<string>? progress) =>
        Task.Factory.StartNew(() => open(plan, progress), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>The time after which an opening counts as a hang.</summary>
    /// <param name="plan">The network.</param>
    /// <param name="section">Has the limit for networks that build no engine.</param>
    /// <remarks>It does not ask whether the engine exists, because that asks the GPU, which can hang.</remarks>
    public static TimeSpan Limit(NetworkPlan plan, NetworkConfig section)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(section);
        var options = plan.Options;
        var mayBuild = OnnxRuntimeEnvironment.HasGpu && options.Providers.Except(options.Failed.Select(failed => failed.Provider)).Any(provider => Provider.Of(provider).BuildsEngine);
        var limit = TimeSpan.FromSeconds(section.OpenLimitSeconds);
        return mayBuild && limit < BuildLimit ? BuildLimit : limit;
    }
}
