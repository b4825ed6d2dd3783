using EdgePose.Compression.Anatomy;
using EdgePose.Compression.Folding;
using EdgePose.Compression.Import;
using EdgePose.Compression.Precision;
using EdgePose.Compression.Tests;
using EdgePose.Inference;

namespace EdgePose.Compression.Graphs.Tests;

/// <summary>Past the reader: a damaged network that is still a graph meets shape inference and the tools, and only ever the one kind of exception comes out.</summary>
public class DamagedNetworkTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_tool_refuses_a_damaged_network_or_works_on_it(int seed)
    {
        var random = new Random(seed);
        byte[] whole = Everything().ToBytes();
        var outcomes = new Dictionary<string, int>();
        for (int i = 0; i < 1500; i++)
        {
            byte[] bytes = [.. whole];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
            {
                // Half of the damage is a small number, as sizes and attributes are: random bytes mostly break the encoding itself.
                bytes[random.Next(bytes.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : random.Next(10));
            }

            string outcome = Outcome(bytes);
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }

        Assert.True(outcomes["read"] > 100 && outcomes["refused"] > 100, string.Join(", ", outcomes));
    }

    private static string Outcome(byte[] bytes)
    {
        try
        {
            OnnxModel model = OnnxModel.Parse(bytes, "damaged");
            GraphConstants.Fold(model.Graph);
            _ = NetworkAnatomy.Of(model.Graph, StageSplit.ExitsOf(model.Graph), 32, 32);
            Attempt(() => LayoutRecogniser.Recognise(model.Graph));
            Attempt(() => ReceptiveFieldProbe.MeasureRowsPx(model, model.Graph.Outputs[0].Name, 64));
            ConvolutionFolder.FoldFollowers(model.Graph);
            InputNormalisation.Fold(model.Graph, padExplicitly: true);
            _ = model.ToBytes();
            Attempt(() => HalfPrecision.Convert(model));
            return "read";
        }
        catch (NetworkException exception)
        {
            Assert.StartsWith("damaged: ", exception.Message, StringComparison.Ordinal);
            return "refused";
        }
    }

    private static void Attempt(Action tool)
    {
        try
        {
            tool();
        }
        catch (NetworkException exception)
        {
            Assert.StartsWith("damaged: ", exception.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>A little of every operator of the family.</summary>
    private static OnnxModel Everything()
    {
        OnnxModel model = Networks.Of(
            OnnxNode.Of("Sub", "s", ["image", "mean"], "a"), OnnxNode.Of("Mul", "m", ["a", "factor"], "b"),
            OnnxNode.Of("Conv", "c", ["b", "w"], "c", OnnxAttribute.Of("pads", 1, 1, 1, 1), OnnxAttribute.Of("strides", 2, 2), OnnxAttribute.Of("kernel_shape", 3, 3)),
            OnnxNode.Of("BatchNormalization", "n", ["c", "one", "zero", "zero", "one"], "d"), OnnxNode.Of("Relu", "r", ["d"], "e"),
            OnnxNode.Of("MaxPool", "p", ["e"], "f", OnnxAttribute.Of("kernel_shape", 2, 2), OnnxAttribute.Of("strides", 2, 2)),
            OnnxNode.Of("Pad", "q", ["f", "pads"], "g"),
            OnnxNode.Of("Conv", "k", ["g", "v", "zero"], "h", OnnxAttribute.Of("group", 4), OnnxAttribute.Of("dilations", 1, 1)),
            OnnxNode.Of("PRelu", "z", ["h", "slope"], "i"), OnnxNode.Of("Concat", "j", ["i", "f"], "j", OnnxAttribute.Of("axis", 1)),
            OnnxNode.Of("Add", "l", ["i", "f"], "k"), OnnxNode.Of("Cast", "t", ["j"], "l", OnnxAttribute.Of("to", 1)), OnnxNode.Of("Elu", "u", ["l"], "maps"));
        model.Graph.Outputs.Insert(0, OnnxValue.Of("k", ElementType.Float, "n", 4, "h", "w"));
        model.Graph.Put(OnnxTensor.Scalar("mean", 128));
        model.Graph.Put(OnnxTensor.Scalar("factor", 1 / 256f));
        model.Graph.Put(OnnxTensor.Of("w", [4, 3, 3, 3], new float[108].AsSpan()));
        model.Graph.Put(OnnxTensor.Of("v", [4, 1, 3, 3], new float[36].AsSpan()));
        model.Graph.Put(OnnxTensor.Of("one", [4], [1, 1, 1, 1f]));
        model.Graph.Put(OnnxTensor.Of("zero", [4], [0, 0, 0, 0f]));
        model.Graph.Put(OnnxTensor.Of("slope", [4, 1, 1], [0, 0, 0, 0f]));
        model.Graph.Put(OnnxTensor.Of("pads", [8], new long[] { 0, 0, 1, 1, 0, 0, 1, 1 }.AsSpan()));
        return model;
    }
}
