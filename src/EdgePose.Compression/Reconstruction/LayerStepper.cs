using EdgePose.Compression.Calibration;
using EdgePose.Compression.Graphs;
using EdgePose.Inference;
using Microsoft.ML.OnnxRuntime;

namespace EdgePose.Compression.Reconstruction;

/// <summary>
/// Runs a network one operator at a time on all calibration pictures, so that a layer's weights can be changed between what it reads and what it makes. Each
/// operator runs once, and a tensor is held only until its last reader has run.
/// </summary>
internal sealed class LayerStepper
{
    private readonly OnnxModel model;
    private readonly OnnxNode[] nodes;
    private readonly Dictionary<string, RunOutput[]> held = [];
    private readonly Dictionary<string, int> uses = [];
    private int next;

    /// <param name="model">The network; the weights that it has when an operator's turn comes are those that count.</param>
    /// <param name="pictures">Its input.</param>
    /// <param name="wanted">Tensors that are held until <see cref="Release"/> is called for each, whoever has read them.</param>
    public LayerStepper(OnnxModel model, CalibrationPictures pictures, IEnumerable<string> wanted)
    {
        this.model = model;
        nodes = [.. model.Graph.Nodes];
        foreach (string tensor in nodes.SelectMany(node => node.Inputs.Distinct()).Concat(wanted))
        {
            uses[tensor] = uses.GetValueOrDefault(tensor) + 1;
        }

        held[model.Graph.Inputs.Single().Name] = [.. Enumerable.Range(0, pictures.Count).Select(i => new RunOutput(pictures.Sizes, pictures[i]))];
    }

    /// <summary>The operator whose turn it is, or null at the end.</summary>
    public OnnxNode? Next => next < nodes.Length ? nodes[next] : null;

    /// <summary>Values of a tensor, one a picture.</summary>
    public RunOutput[] this[string tensor] => held[tensor];

    /// <summary>What the operator whose turn it is would make, with the weights that it has now; its turn stays.</summary>
    /// <exception cref="NetworkException">The runtime refuses it.</exception>
    public RunOutput[] Try()
    {
        OnnxNode node = nodes[next];
        string[] read = [.. node.Inputs.Where(held.ContainsKey).Distinct()];
        if (read.Length == 0)
        {
            throw model.Graph.Fault(node.Place, "it works on constants only; fold the network first (`edgepose model fold`)");
        }

        using InferenceSession session = Open(node, read);
        var outputs = new RunOutput[held[read[0]].Length];
        using var options = new RunOptions();
        for (int i = 0; i < outputs.Length; i++)
        {
            OrtValue[] values = [.. read.Select(tensor => OrtValue.CreateTensorValueFromMemory(held[tensor][i].Values, held[tensor][i].Sizes))];
            try
            {
                using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, read, values, [node.Outputs[0]]);
                outputs[i] = new RunOutput(results[0].GetTensorTypeAndShape().Shape, results[0].GetTensorDataAsSpan<float>().ToArray());
            }
            finally
            {
                Array.ForEach(values, value => value.Dispose());
            }
        }

        return outputs;
    }

    /// <summary>Runs the operator whose turn it is.</summary>
    /// <exception cref="NetworkException">The runtime refuses it.</exception>
    public void Step()
    {
        OnnxNode node = nodes[next];
        held[node.Outputs[0]] = Try();
        next++;
        foreach (string input in node.Inputs.Distinct())
        {
            Release(input);
        }
    }

    /// <summary>Runs until this tensor is there.</summary>
    public void RunUntil(string tensor)
    {
        while (!held.ContainsKey(tensor))
        {
            Step();
        }
    }

    /// <summary>Says that one reader of a tensor is done.</summary>
    public void Release(string tensor)
    {
        // A refitted layer may read a bias that it had not before: nobody counts on that name.
        if (uses.TryGetValue(tensor, out int left) && (uses[tensor] = left - 1) == 0)
        {
            held.Remove(tensor);
        }
    }

    /// <summary>A network of this one operator and its constants.</summary>
    private InferenceSession Open(OnnxNode node, string[] read)
    {
        OnnxModel one = OnnxModel.Empty(node.Place);
        one.Opset = model.Opset;
        one.IrVersion = model.IrVersion;
        foreach (string tensor in read)
        {
            one.Graph.Inputs.Add(OnnxValue.Of(tensor, ElementType.Float, "n", "c", "h", "w"));
        }

        foreach (string constant in node.Inputs.Where(input => model.Graph.Initializers.ContainsKey(input)).Distinct())
        {
            one.Graph.Put(model.Graph.Initializers[constant]);
        }

        one.Graph.Nodes.Add(node);
        one.Graph.Outputs.Add(OnnxValue.Of(node.Outputs[0], ElementType.Float, "n", "c", "h", "w"));
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        try
        {
            return new InferenceSession(one.ToBytes(), options);
        }
        catch (OnnxRuntimeException exception)
        {
            throw model.Graph.Fault(node.Place, $"ONNX Runtime refuses it ({exception.Message.Split('\n', 2)[0].Trim().TrimEnd('.')}); nothing was written");
        }
    }
}
