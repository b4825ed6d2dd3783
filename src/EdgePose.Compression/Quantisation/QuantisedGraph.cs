using System.Numerics.Tensors;
using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Quantisation;

/// <summary>
/// Writes a plan into a network as pairs of QuantizeLinear and DequantizeLinear. The file says where 8 bits are used, and every runtime makes of it what it can: ONNX Runtime joins each
/// operator with its pairs to an integer one, TensorRT does the same for its engine. Both numbers and scales lie in the file: no calibration table.
/// </summary>
internal sealed class QuantisedGraph(OnnxModel model, QuantisationTarget target)
{
    private readonly OnnxGraph graph = model.Graph;

    /// <summary>Writes it.</summary>
    /// <param name="plan">Of this very graph.</param>
    /// <param name="statistics">Of each tensor of the plan.</param>
    /// <param name="options">How ranges are chosen.</param>
    public void Write(QuantisationPlan plan, IReadOnlyDictionary<string, TensorStatistics> statistics, QuantiseOptions options)
    {
        var ranges = new Dictionary<string, QuantisedRange>();
        foreach (string tensor in plan.Tensors)
        {
            (double min, double max) = RangeChoice.Of(statistics[Source(tensor)], options);
            ranges[tensor] = QuantisedRange.Of(min, max, target);
        }

        foreach (OnnxNode layer in plan.Layers)
        {
            QuantiseWeights(layer, ranges[layer.Inputs[0]], statistics[layer.Inputs[0]].ChannelMeans);
        }

        foreach (string tensor in plan.Tensors)
        {
            Insert(tensor, ranges[tensor]);
        }

        graph.Sort();
        graph.RemoveDead(); // the weights in floating point
    }

    /// <summary>Where a pooled tensor's range comes from: what the pooling reads, because both must have the same for the pooling to work on the numbers themselves.</summary>
    private string Source(string tensor)
    {
        while (graph.Nodes.FirstOrDefault(node => node.Outputs.Contains(tensor)) is { Operator: "MaxPool" } pooling)
        {
            tensor = pooling.Inputs[0];
        }

        return tensor;
    }

    /// <summary>Signed, symmetric, one scale an output channel; the bias makes up for the mean of what rounding the weights does (Nagel et al. 2019, section 4.2).</summary>
    private void QuantiseWeights(OnnxNode layer, QuantisedRange input, double[] inputMeans)
    {
        OnnxTensor tensor = graph.Initializers[layer.Inputs[1]];
        float[] weights = tensor.ToFloats();
        int outputs = (int)tensor.Sizes[0], each = weights.Length / outputs, taps = (int)(tensor.Sizes[2] * tensor.Sizes[3]);
        int inputsAGroup = (int)tensor.Sizes[1], outputsAGroup = outputs / (int)layer.Int("group", 1);
        float[]? bias = layer.Input(2).Length > 0 ? graph.Initializers[layer.Inputs[2]].ToFloats() : null;
        var numbers = new sbyte[weights.Length];
        var scales = new float[outputs];
        for (int o = 0; o < outputs; o++)
        {
            Span<float> row = weights.AsSpan(o * each, each);
            float largest = Math.Abs(TensorPrimitives.MaxMagnitude<float>(row));
            // So that the bias in units of both scales stays below 2^30.
            float least = Math.Abs(bias?[o] ?? 0) / input.Scale / (1 << 30);
            scales[o] = Math.Max(Math.Max(largest / 127, least), 1e-30f);
            double shift = 0;
            for (int i = 0; i < each; i++)
            {
                sbyte number = (sbyte)Math.Clamp(MathF.Round(row[i] / scales[o]), -127, 127);
                numbers[(o * each) + i] = number;
                shift += ((number * scales[o]) - row[i]) * inputMeans[(o / outputsAGroup * inputsAGroup) + (i / taps)];
            }

            if (bias is not null)
            {
                bias[o] -= (float)shift;
            }
        }

        string scale = Put(tensor.Name + "_scale", OnnxTensor.Of("", [outputs], scales.AsSpan()));
        string zero = Put(tensor.Name + "_zero", OnnxTensor.Of("", [outputs], new sbyte[outputs].AsSpan()));
        string number8 = Put(tensor.Name + "_int8", OnnxTensor.Of("", tensor.Sizes.AsSpan(), numbers.AsSpan()));
        layer.Inputs[1] = Dequantise(tensor.Name, number8, scale, zero);
        if (bias is not null)
        {
            layer.Inputs[2] = target == QuantisationTarget.Cpu
                ? Bias32(layer.Inputs[2], bias, [.. scales.Select(one => one * input.Scale)])
                : Put(layer.Inputs[2] + "_corrected", OnnxTensor.Of("", [outputs], bias.AsSpan()));
        }
    }

    private string Bias32(string name, float[] bias, float[] scales)
    {
        int[] numbers = [.. bias.Zip(scales, (value, scale) => (int)Math.Round((double)value / scale))];
        string scale = Put(name + "_scale", OnnxTensor.Of("", [bias.Length], scales.AsSpan()));
        string zero = Put(name + "_zero", OnnxTensor.Of("", [bias.Length], new int[bias.Length].AsSpan()));
        return Dequantise(name, Put(name + "_int32", OnnxTensor.Of("", [bias.Length], numbers.AsSpan())), scale, zero);
    }

    private string Dequantise(string name, string numbers, string scale, string zero)
    {
        string real = graph.NewName(name + "_dequantised");
        graph.Nodes.Add(OnnxNode.Of("DequantizeLinear", real, [numbers, scale, zero], real, OnnxAttribute.Of("axis", 0)));
        return real;
    }

    /// <summary>Everyone who read a tensor reads it through 8 bits; an output of the network keeps its name behind them.</summary>
    private void Insert(string tensor, QuantisedRange range)
    {
        string scale = Put(tensor + "_scale", OnnxTensor.Scalar("", range.Scale));
        string zero = Put(tensor + "_zero", range.Signed ? OnnxTensor.Of("", [], [(sbyte)range.ZeroPoint]) : OnnxTensor.Of("", [], [(byte)range.ZeroPoint]));
        string numbers = graph.NewName(tensor + "_quantised"), real = graph.NewName(tensor + "_dequantised"), source = tensor;
        graph.Redirect(tensor, real);
        if (graph.Outputs.Any(output => output.Name == tensor))
        {
            OnnxNode maker = graph.Nodes.First(node => node.Outputs.Contains(tensor));
            source = graph.NewName(tensor + "_float");
            maker.Outputs[maker.Outputs.IndexOf(tensor)] = source;
            graph.Redirect(real, tensor);
            real = tensor;
        }

        graph.Nodes.Add(OnnxNode.Of("QuantizeLinear", numbers + "/to", [source, scale, zero], numbers));
        graph.Nodes.Add(OnnxNode.Of("DequantizeLinear", numbers + "/from", [numbers, scale, zero], real)); // an operator's name may be that of its output, which is taken
    }

    private string Put(string name, OnnxTensor tensor) => graph.Put(tensor.Renamed(graph.NewName(name)));
}
