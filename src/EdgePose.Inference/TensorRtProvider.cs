using Microsoft.ML.OnnxRuntime;

namespace EdgePose.Inference;

/// <summary>NVIDIA TensorRT. CUDA runs the layers that it leaves, where CUDA is configured too.</summary>
internal sealed class TensorRtProvider : Provider
{
    public override ExecutionProvider Kind => ExecutionProvider.TensorRt;

    public override bool BuildsEngine => true;

    internal override string Library => "libonnxruntime_providers_tensorrt.so";

    internal override void Append(SessionOptions session, NetworkManifest manifest, NetworkShape shape, ExecutionOptions options, IProgress<string>? progress)
    {
        // First, because it throws where TensorRT is missing: no folder is made then.
        using var tensorRt = new OrtTensorRTProviderOptions();
        EngineKey key = EngineKey.Of(manifest, shape, options);
        var cache = new EngineCache(options.EngineCachePath);
        string folder = cache.Open(key); // before it is looked into: it reports a folder that this user may not use
        if (!cache.IsBuilt(key))
        {
            progress?.Report($"{manifest.Id}: no TensorRT engine for {key.GpuName}, TensorRT {key.TensorRtVersion}, {key.Precision}, {key.ShapeProfile}: building one, which takes minutes");
        }

        tensorRt.UpdateOptions(new Dictionary<string, string>(TensorRtSettings.Create(options, manifest.Input, shape, folder)));
        session.AppendExecutionProvider_Tensorrt(tensorRt);
        if (options.Providers.Contains(ExecutionProvider.Cuda))
        {
            Of(ExecutionProvider.Cuda).Append(session, manifest, shape, options, progress);
        }
    }
}
