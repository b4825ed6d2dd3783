using EdgePose.Inference;
using Microsoft.ML.OnnxRuntime;

namespace EdgePose.Compression.Graphs;

/// <summary>One output of a run.</summary>
/// <param name="Sizes">N, C, H, W for maps.</param>
/// <param name="Values">Row-major.</param>
public sealed record RunOutput(long[] Sizes, float[] Values);

/// <summary>
/// Runs a network on the processor, to compare what a tool made with what it was made from. Plain and exact rather than fast: tools compare, measure and
/// calibrate with it; the daemon has <see cref="PoseNetwork"/>.
/// </summary>
public sealed class GraphRunner : IDisposable
{
    private readonly string source;
    private readonly InferenceSession session;

    /// <summary>Opens a network. Tensors in between can be watched by making them outputs first (<see cref="Watching"/>).</summary>
    /// <param name="model">The network.</param>
    /// <param name="threads">Threads, or 0 for all cores.</param>
    /// <param name="optimise">Whether ONNX Runtime may join operators, which changes the last bits.</param>
    /// <exception cref="NetworkException">The runtime refuses it.</exception>
    public GraphRunner(OnnxModel model, int threads = 0, bool optimise = true)
    {
        ArgumentNullException.ThrowIfNull(model);
        source = model.Graph.Source;
        using var options = new SessionOptions { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.GraphOptimizationLevel = optimise ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_DISABLE_ALL;
        try
        {
            session = new InferenceSession(model.ToBytes(), options);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new NetworkException($"{source}: ONNX Runtime refuses the network ({First(exception)}); see `edgepose model info`.", exception);
        }
    }

    /// <summary>A copy of a network that also puts out these tensors (float).</summary>
    public static OnnxModel Watching(OnnxModel model, IEnumerable<string> tensors)
    {
        ArgumentNullException.ThrowIfNull(model);
        OnnxModel copy = model.Copy();
        foreach (string tensor in tensors.Where(tensor => copy.Graph.Outputs.All(output => output.Name != tensor)))
        {
            copy.Graph.Outputs.Add(OnnxValue.Of(tensor, ElementType.Float, "n", "c", "h", "w"));
        }

        return copy;
    }

    /// <summary>Runs the network once.</summary>
    /// <param name="input">Values of its one input.</param>
    /// <param name="sizes">Sizes of its input.</param>
    /// <param name="outputs">Which outputs, or none for all.</param>
    /// <returns>By name.</returns>
    /// <exception cref="NetworkException">The runtime failed.</exception>
    public IReadOnlyDictionary<string, RunOutput> Run(float[] input, long[] sizes, params string[] outputs)
    {
        string[] asked = outputs.Length > 0 ? outputs : [.. session.OutputMetadata.Keys];
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(input, sizes);
        using var runOptions = new RunOptions();
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(runOptions, [session.InputMetadata.Keys.Single()], [value], asked);
            return asked.Zip(results).ToDictionary(
                pair => pair.First, pair => new RunOutput(pair.Second.GetTensorTypeAndShape().Shape, pair.Second.GetTensorDataAsSpan<float>().ToArray()));
        }
        catch (OnnxRuntimeException exception)
        {
            throw new NetworkException($"{source}: the network failed ({First(exception)}); see `edgepose model info`.", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();

    private static string First(Exception exception) => exception.Message.Split('\n', 2)[0].Trim().TrimEnd('.');
}
