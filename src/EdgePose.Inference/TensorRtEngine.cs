using Microsoft.ML.OnnxRuntime;

namespace EdgePose.Inference;

/// <summary>The TensorRT engine of a network, seen from outside: where it is kept, whether it is there, and whether this build can make it.</summary>
/// <param name="Key">All that the engine depends on.</param>
/// <param name="Folder">Where it is kept.</param>
/// <param name="IsBuilt">Whether it is there.</param>
public sealed record TensorRtEngine(EngineKey Key, string Folder, bool IsBuilt)
{
    /// <summary>The engine that the same network, shape and options would use in the daemon.</summary>
    /// <param name="manifest">The network.</param>
    /// <param name="shape">Input size and largest batch.</param>
    /// <param name="options">Device, precision and cache folder.</param>
    public static TensorRtEngine Of(NetworkManifest manifest, NetworkShape shape, ExecutionOptions options)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(options);
        shape.Check(manifest);
        OnnxRuntimeEnvironment.Prepare();
        var key = EngineKey.Of(manifest, shape, options);
        var cache = new EngineCache(options.EngineCachePath);
        return new TensorRtEngine(key, cache.FolderOf(key), cache.IsBuilt(key));
    }

    /// <summary>Why no engine can be made or run here: null when ONNX Runtime has TensorRT, its libraries load and the driver has the GPU.</summary>
    /// <param name="deviceId">Number of the GPU, from 0.</param>
    public static string? WhyUnavailable(int deviceId = 0)
    {
        OnnxRuntimeEnvironment.Prepare();
        try
        {
            new OrtTensorRTProviderOptions().Dispose();
            return GpuLibraries.WhyNot(ExecutionProvider.TensorRt, deviceId);
        }
        catch (EntryPointNotFoundException)
        {
            return ExecutionProviders.NotInBuild;
        }
        catch (OnnxRuntimeException exception)
        {
            return ExecutionProviders.ReasonOf(exception);
        }
    }
}
