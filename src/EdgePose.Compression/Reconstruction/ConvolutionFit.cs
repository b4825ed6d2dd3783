using EdgePose.Compression.Folding;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Shapes;

namespace EdgePose.Compression.Reconstruction;

/// <summary>What refitting a layer did.</summary>
/// <param name="Layer">The node's name.</param>
/// <param name="Unknowns">Weights an output.</param>
/// <param name="LeftBefore">Share of the original outputs' variance that the layer missed before: 0 for an exact copy.</param>
/// <param name="LeftAfter">The same after.</param>
/// <param name="Refitted">Whether it was refitted; a layer of too many unknowns keeps its weights.</param>
public sealed record LayerFit(string Layer, int Unknowns, double LeftBefore, double LeftAfter, bool Refitted);

/// <summary>
/// Fits a convolution's weights, by least squares, to what the original computes, from what the changed network feeds it: asymmetric reconstruction (He, Zhang and Sun
/// 2017, "Channel pruning", section 3.2; Luo, Wu and Lin 2017, "ThiNet"). Errors are corrected on the way instead of adding up.
/// </summary>
internal sealed class ConvolutionFit(MatrixProduct product)
{
    /// <summary>A 3x3 layer of 512 channels, the widest of the family, has this many. Above, the normal equations cost more than a training step.</summary>
    private const int MaxUnknowns = 4608;

    /// <summary>Positions a fit: prune.py's, enough for 4 positions a weight of the widest layers here.</summary>
    private const int MaxPositions = 20_000;

    /// <summary>Fits one convolution and gives it its new weights and bias.</summary>
    /// <param name="graph">Its graph.</param>
    /// <param name="node">The convolution.</param>
    /// <param name="inputs">What it reads, one a picture.</param>
    /// <param name="present">What it makes of it now.</param>
    /// <param name="wanted">What the original makes.</param>
    /// <param name="channels">For each output its channel in <paramref name="wanted"/>.</param>
    /// <returns>What was gained.</returns>
    public LayerFit Fit(OnnxGraph graph, OnnxNode node, RunOutput[] inputs, RunOutput[] present, RunOutput[] wanted, int[] channels)
    {
        OnnxTensor tensor = graph.Initializers[node.Inputs[1]];
        long[] sizes = [.. tensor.Sizes];
        int groups = (int)node.Int("group", 1), outputs = (int)sizes[0], each = (int)sizes[1], unknowns = each * (int)(sizes[2] * sizes[3]);
        int perGroup = outputs / groups;
        Window window = Window.Of(graph, node, (sizes[2], sizes[3]), new TensorShape(ElementType.Float, [.. inputs[0].Sizes]));
        int[][] cells = Cells(present, unknowns);
        int positions = cells.Sum(one => one.Length);
        float[] weights = tensor.ToFloats();
        float[] bias = node.Input(2).Length > 0 ? graph.Initializers[node.Inputs[2]].ToFloats() : new float[outputs];
        double variance = 0, before = 0, after = 0;
        for (int group = 0; group < groups; group++)
        {
            float[] errors = Gather(cells, perGroup, (i, rows) => Patches.FillErrors(wanted[i], present[i], channels, group * perGroup, perGroup, cells[i], rows));
            variance += Variance(wanted, channels.AsSpan(group * perGroup, perGroup), cells);
            if (unknowns > MaxUnknowns)
            {
                before += errors.Sum(error => (double)error * error);
                continue;
            }

            float[] patches = Gather(
                cells, unknowns, (i, rows) => Patches.Fill(inputs[i], window, group * each, each, cells[i], (int)present[i].Sizes[3], rows));
            double all = errors.Sum(error => (double)error * error);
            RidgeSolution solution = RidgeRegression.Solve(product, patches, unknowns, errors, perGroup);
            before += all;
            after += solution.SquaresAfter;
            Add(solution, group * perGroup, perGroup, unknowns, weights, bias);
        }

        if (unknowns > MaxUnknowns)
        {
            return new LayerFit(node.Name, unknowns, Share(before, variance), Share(before, variance), false);
        }

        ConvolutionFolder.Use(graph, node, OnnxTensor.Of(tensor.Name, sizes, weights.AsSpan()), bias);
        return new LayerFit(node.Name, unknowns, Share(before, variance), Share(after, variance), true);
    }

    private static double Share(double left, double variance) => variance > 0 ? left / variance : 0;

    private static void Add(RidgeSolution change, int first, int outputs, int unknowns, float[] weights, float[] bias)
    {
        for (int o = 0; o < outputs; o++)
        {
            bias[first + o] += (float)change.Bias[o];
            for (int i = 0; i < unknowns; i++)
            {
                weights[((first + o) * unknowns) + i] += (float)change.Weights[(i * outputs) + o];
            }
        }
    }

    private static float[] Gather(int[][] cells, int columns, Action<int, Span<float>> fill)
    {
        var rows = new float[cells.Sum(one => one.Length) * columns];
        int at = 0;
        for (int i = 0; i < cells.Length; i++)
        {
            fill(i, rows.AsSpan(at, cells[i].Length * columns));
            at += cells[i].Length * columns;
        }

        return rows;
    }

    /// <summary>Sum of squares of the wanted outputs about their means.</summary>
    private static double Variance(RunOutput[] wanted, ReadOnlySpan<int> channels, int[][] cells)
    {
        double sum = 0;
        int count = cells.Sum(one => one.Length);
        foreach (int channel in channels)
        {
            double mean = 0, squares = 0;
            for (int i = 0; i < wanted.Length; i++)
            {
                int plane = (int)(wanted[i].Sizes[2] * wanted[i].Sizes[3]) * channel;
                foreach (int cell in cells[i])
                {
                    double value = wanted[i].Values[plane + cell];
                    mean += value;
                    squares += value * value;
                }
            }

            sum += squares - (mean * mean / count);
        }

        return sum;
    }

    /// <summary>Which cells of each picture are used: drawn from a fixed seed, as many as fit, and at least four a weight where the pictures have them.</summary>
    private static int[][] Cells(RunOutput[] outputs, int unknowns)
    {
        int limit = Math.Clamp(8 * unknowns, 4096, MaxPositions);
        int each = Math.Max(1, limit / outputs.Length), plane = (int)(outputs[0].Sizes[2] * outputs[0].Sizes[3]);
        var random = new Random(1);
        return [.. outputs.Select(_ => plane <= each ? [.. Enumerable.Range(0, plane)] : Enumerable.Range(0, each).Select(_ => random.Next(plane)).ToArray())];
    }
}
