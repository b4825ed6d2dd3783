using Microsoft.ML.OnnxRuntime;

namespace EdgePose.Inference;

/// <summary>NVIDIA CUDA with cuDNN.</summary>
internal sealed class CudaProvider : Provider
{
    public override ExecutionProvider Kind => ExecutionProvider.Cuda;

    internal override string Library => "libonnxruntime_providers_cuda.so";

    internal override void Append(SessionOptions session, NetworkManifest manifest, NetworkShape shape, ExecutionOptions options, IProgress<string>? progress)
    {
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(new Dictionary<string, string>(CudaSettings.Create(options)));
        session.AppendExecutionProvider_CUDA(cuda);
    }
}
