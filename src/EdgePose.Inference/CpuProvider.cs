using Microsoft.ML.OnnxRuntime;

namespace EdgePose.Inference;

/// <summary>The processor. ONNX Runtime has it in every session.</summary>
internal sealed class CpuProvider : Provider
{
    public override ExecutionProvider Kind => ExecutionProvider.Cpu;

    public override bool IsProcessor => true;

    internal override void Append(SessionOptions session, NetworkManifest manifest, NetworkShape shape, ExecutionOptions options, IProgress<string>? progress)
    {
    }
}
