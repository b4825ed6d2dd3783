using EdgePose.Daemon.Configuration;
using EdgePose.Inference;

namespace EdgePose.Daemon;

/// <summary>Opens the network that a configuration asks for.</summary>
public static class NetworkOpener
{
    /// <summary>Opens and warms it. Two input slots on a GPU, one on the CPU: see docs/decisions/0003.</summary>
    /// <exception cref="NetworkException">The manifest, the file, the shape or the machine is at fault; with the remedy.</exception>
    public static PoseNetwork Open(EdgePoseConfig config, IProgress<string>? progress) => Open(NetworkPlan.Of(config), progress);

    /// <summary>Opens and warms it, as <see cref="Open(EdgePoseConfig, IProgress{string}?)"/> does.</summary>
    /// <exception cref="NetworkException">The file, the shape or the machine is at fault; with the remedy.</exception>
    public static PoseNetwork Open(NetworkPlan plan, IProgress<string>? progress)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var slots = plan.Options.Providers is [ExecutionProvider.Cpu, ..] ? 1 : GpuIsBuiltIn ? 2 : 1;
        var network = PoseNetwork.Open(plan.Manifest, plan.Shape, plan.Options, plan.Exit, progress, slots);
        network.Warm();
        return network;
    }

    /// <summary>Whether this build carries the GPU library of ONNX Runtime (-p:EdgePoseGpu=true).</summary>
    private static bool GpuIsBuiltIn => File.Exists(Path.Combine(AppContext.BaseDirectory, "libonnxruntime_providers_cuda.so"));
}
