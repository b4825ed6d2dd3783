using System.Globalization;

namespace EdgePose.Inference;

/// <summary>The CUDA provider's options. Source of names and meanings: ONNX Runtime's documentation of the CUDA execution provider.</summary>
public static class CudaSettings
{
    /// <summary>The options, by their names in ONNX Runtime; all others keep its defaults.</summary>
    /// <param name="options">Names the device.</param>
    public static IReadOnlyDictionary<string, string> Create(ExecutionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Dictionary<string, string> { ["device_id"] = options.DeviceId.ToString(CultureInfo.InvariantCulture) };
    }
}
