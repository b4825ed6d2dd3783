using System.Globalization;
using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Shapes;

/// <summary>
/// What a network would compute at the size that was asked for, added up operator by operator. A file of a few kilobytes can state a network that fills any memory or runs for days, with
/// known operators only. It is refused here, while its shapes are inferred, before ONNX Runtime gets it.
/// </summary>
internal sealed class Workload
{
    /// <summary>Multiply-accumulates of convolutions, and values that poolings look at. The dearest of the family, the Convolutional Pose Machine, takes 1.3 million a pixel, OpenPose 1.0.</summary>
    private const long StepsAPixel = 16_000_000;

    /// <summary>Values of all tensors together, which a tool that watches them holds at once. OpenPose makes 906 a pixel, CPM 886, and twice that in 8 bits.</summary>
    private const long ValuesAPixel = 4_096;

    /// <summary>Below the size at which the papers count, the limits shrink no further: weights that are widened are values too, and as many at any size.</summary>
    private const long LeastPixels = 368 * 368;

    /// <summary>Above this they grow no further, as a file may state a size of its own; OpenPose and CPM pass up to four times it.</summary>
    private const long MostPixels = 2048 * 2048;

    private readonly OnnxGraph graph;
    private readonly string size;
    private readonly long mostSteps, mostValues;
    private long steps, values;

    /// <param name="graph">For messages.</param>
    /// <param name="inputs">Shapes of its inputs, three channels each.</param>
    public Workload(OnnxGraph graph, IEnumerable<TensorShape> inputs)
    {
        this.graph = graph;
        TensorShape[] asked = [.. inputs];
        Array.ForEach(asked, input => Count("inputs", input));
        long pixels = Math.Clamp(asked.Sum(input => input.Count) / 3, LeastPixels, MostPixels);
        (mostSteps, mostValues, size) = (pixels * StepsAPixel, pixels * ValuesAPixel, string.Join(", ", asked.Select(input => input.ToString())));
    }

    /// <summary>Multiply-accumulates of a convolution: output cells x output channels x kernel x input channels a group.</summary>
    public static long Macs(TensorShape weights, TensorShape maps) => maps.Count * weights[1] * weights[2] * weights[3];

    /// <summary>Adds an operator.</summary>
    /// <exception cref="Inference.NetworkException">With it the network takes more than the tools run.</exception>
    public void Add(OnnxNode node, TensorShape output, IReadOnlyDictionary<string, TensorShape> shapes)
    {
        // Both factors of a product are at most 2^31, and the sums are at most the limits: no overflow.
        values += Count(node.Place, output);
        steps += node.Operator switch
        {
            "Conv" => Macs(shapes[node.Inputs[1]], output),
            "MaxPool" or "AveragePool" => output.Count * node.Ints("kernel_shape")!.Aggregate(1L, (product, side) => product * side),
            _ => 0,
        };
        if (steps > mostSteps || values > mostValues)
        {
            (string what, long taken, long most) = steps > mostSteps ? ("multiplications", steps, mostSteps) : ("values in memory", values, mostValues);
            throw graph.Fault(node.Place, string.Create(
                CultureInfo.InvariantCulture,
                $"up to here the network takes {taken:N0} {what} for an input of {size}, but at most {most:N0} are run, several times what any network of the family takes; name another file, or a smaller input"));
        }
    }

    private long Count(string place, TensorShape shape)
    {
        long count = 1;
        foreach (long side in shape.Sizes)
        {
            // Each factor is at most 2^31, and so is each product that goes on: no overflow.
            if (side < 0 || side > int.MaxValue || (count *= side) > int.MaxValue)
            {
                throw graph.Fault(place, $"a tensor of {shape} is absurd; choose a smaller input");
            }
        }

        return count;
    }
}
