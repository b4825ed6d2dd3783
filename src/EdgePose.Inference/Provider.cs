using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;

namespace EdgePose.Inference;

/// <summary>What one execution provider needs and how a session gets it. One class per <see cref="ExecutionProvider"/>.</summary>
public abstract class Provider
{
    private static readonly ImmutableArray<Provider> All = [new TensorRtProvider(), new CudaProvider(), new CpuProvider()];

    private protected Provider()
    {
    }

    /// <summary>Its name in the configuration.</summary>
    public abstract ExecutionProvider Kind { get; }

    /// <summary>Whether a session may first build an engine, which takes minutes.</summary>
    public virtual bool BuildsEngine => false;

    /// <summary>Whether it runs on the processor, beside the decoders.</summary>
    public virtual bool IsProcessor => false;

    /// <summary>Whether a session runs one batch size only, so that smaller batches are padded.</summary>
    internal virtual bool HasFixedBatch => BuildsEngine;

    /// <summary>File name of ONNX Runtime's library for it; null when the runtime itself contains it.</summary>
    internal virtual string? Library => null;

    /// <summary>The provider of a configured value.</summary>
    public static Provider Of(ExecutionProvider kind) => All.First(provider => provider.Kind == kind);

    /// <summary>Adds it to the options of a session.</summary>
    internal abstract void Append(SessionOptions session, NetworkManifest manifest, NetworkShape shape, ExecutionOptions options, IProgress<string>? progress);
}
