using EdgePose.Daemon.Configuration;
using EdgePose.Inference;

namespace EdgePose.Daemon;

/// <summary>Opens the network that a configuration asks for.</summary>
public static class NetworkOpener
{
    /// <summary>Opens and warms it. Two input slots on a GPU, one on the CPU: see docs/decisions/0003.</summary>
    /// <exception cref="NetworkException">The manifest, the file, the shape or the machine is at fault; with the remedy.</exception>
    public static PoseNetwork Open(EdgePoseConfig config, IProgress<string>? progress)
    {
        ArgumentNullException.ThrowIfNull(config);
        var section = config.Network;
        var manifest = NetworkManifest.Load(config.Resolve(section.Manifest));
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
        var shape = new NetworkShape(section.InputHeightPx, section.InputWidthPx, section.MaxBatch);
        var slots = section.Providers is [ProviderChoice.Cpu, ..] ? 1 : GpuIsBuiltIn ? 2 : 1;
        var network = PoseNetwork.Open(manifest, shape, options, section.Exit, progress, slots);
        network.Warm();
        return network;
    }

    /// <summary>Whether this build carries the GPU library of ONNX Runtime (-p:EdgePoseGpu=true).</summary>
    private static bool GpuIsBuiltIn => File.Exists(Path.Combine(AppContext.BaseDirectory, "libonnxruntime_providers_cuda.so"));
}
