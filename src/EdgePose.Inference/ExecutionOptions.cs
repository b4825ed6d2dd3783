using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace EdgePose.Inference;

/// <summary>What runs the network.</summary>
public enum ExecutionProvider
{
    /// <summary>NVIDIA TensorRT: the fastest, builds an engine for minutes at the first start.</summary>
    [JsonStringEnumMemberName("tensorrt")]
    TensorRt,

    /// <summary>NVIDIA CUDA with cuDNN: starts at once.</summary>
    Cuda,

    /// <summary>The processor: always there.</summary>
    Cpu,
}

/// <summary>Number format of the network's arithmetic.</summary>
public enum NetworkPrecision
{
    /// <summary>32-bit floating point.</summary>
    Fp32,

    /// <summary>16-bit floating point where TensorRT finds it faster.</summary>
    Fp16,

    /// <summary>8-bit integers where the network has quantise and dequantise nodes, 16-bit floating point elsewhere.</summary>
    Int8,
}

/// <summary>How the network is run.</summary>
public sealed record ExecutionOptions
{
    /// <summary>What to try, in this order; the first that works is used and the report says why the others were not.</summary>
    [Description("What to try, in this order: TensorRt, Cuda, Cpu. The first that works is used.")]
    [MinLength(1)]
    public ImmutableArray<ExecutionProvider> Providers { get; init; } = [ExecutionProvider.TensorRt, ExecutionProvider.Cuda, ExecutionProvider.Cpu];

    /// <summary>Providers that have failed while running: they are not tried again, and the report tells them with their reason.</summary>
    [Description("Providers that have failed while running, with the reason; they are not tried again.")]
    public ImmutableArray<ProviderRefusal> Failed { get; init; } = [];

    /// <summary>Number format; only TensorRT changes it, the others run the network as it is.</summary>
    [Description("Number format of TensorRT engines: Fp32, Fp16 or Int8 (needs a quantised network). The other providers ignore it.")]
    public NetworkPrecision Precision { get; init; } = NetworkPrecision.Fp16;

    /// <summary>Threads of the CPU provider; 0 is one for each core. 0 to 256.</summary>
    [Description("Threads of the CPU provider; 0 is one for each core.")]
    [Range(0, 256)]
    public int Threads { get; init; }

    /// <summary>Folder of TensorRT engines and timing caches.</summary>
    [Description("Folder of TensorRT engines and timing caches; it must be writable.")]
    [MinLength(1)]
    public string EngineCachePath { get; init; } = "/var/cache/edgepose/engines";

    /// <summary>Number of the GPU, from 0.</summary>
    [Description("Number of the GPU, from 0.")]
    [Range(0, 15)]
    public int DeviceId { get; init; }

    /// <summary>What is left to be tried after <paramref name="provider"/> has failed while running; null when nothing is.</summary>
    /// <param name="provider">What ran the network.</param>
    /// <param name="reason">One line.</param>
    public ExecutionOptions? Without(ExecutionProvider provider, string reason)
    {
        ImmutableArray<ProviderRefusal> failed = Failed.Add(new ProviderRefusal(provider, $"failed while running: {reason}"));
        return Providers.All(asked => failed.Any(refusal => refusal.Provider == asked)) ? null : this with { Failed = failed };
    }
}
