using System.Text.Json.Serialization;

namespace EdgePose.Daemon.Settings;

/// <summary>An ONNX Runtime execution provider, as the configuration names it.</summary>
public enum ProviderChoice
{
    /// <summary>NVIDIA TensorRT.</summary>
    [JsonStringEnumMemberName("tensorrt")]
    TensorRt,

    /// <summary>NVIDIA CUDA.</summary>
    Cuda,

    /// <summary>The processor: always there.</summary>
    Cpu,
}
