using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Factorisation;

/// <summary>The weights of a dense convolution, which matrices of several shapes are read from.</summary>
/// <param name="Outputs">Output channels.</param>
/// <param name="Inputs">Input channels.</param>
/// <param name="Height">Rows of the window.</param>
/// <param name="Width">Columns of the window.</param>
/// <param name="Values">outputs x inputs x height x width.</param>
internal sealed record Kernel(int Outputs, int Inputs, int Height, int Width, float[] Values)
{
    public static Kernel Of(OnnxTensor weights) => new((int)weights.Sizes[0], (int)weights.Sizes[1], (int)weights.Sizes[2], (int)weights.Sizes[3], weights.ToFloats());

    public double this[int output, int input, int y, int x] => Values[(((((output * Inputs) + input) * Height) + y) * Width) + x];

    public double Squares => Values.Sum(value => (double)value * value);

    /// <summary>Name of the layer as the papers write it.</summary>
    public string Name => $"{Height}x{Width}-{Outputs}";
}

/// <summary>One convolution of those that replace another: weights, and which part of the window it takes over.</summary>
/// <param name="Outputs">Output channels.</param>
/// <param name="InputsAGroup">Input channels a group.</param>
/// <param name="Height">Rows of its window.</param>
/// <param name="Width">Columns of its window.</param>
/// <param name="Groups">Groups.</param>
/// <param name="TakesRows">Whether stride, dilation and padding of the rows are its.</param>
/// <param name="TakesColumns">Whether those of the columns are its.</param>
/// <param name="Weights">outputs x inputs a group x height x width.</param>
internal sealed record Factor(int Outputs, int InputsAGroup, int Height, int Width, int Groups, bool TakesRows, bool TakesColumns, float[] Weights)
{
    /// <summary>A 1x1 convolution.</summary>
    public static Factor Pointwise(int outputs, int inputs, Func<int, int, double> weight)
    {
        var weights = new float[outputs * inputs];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (float)weight(i / inputs, i % inputs);
        }

        return new Factor(outputs, inputs, 1, 1, 1, false, false, weights);
    }

    /// <summary>As the papers write it.</summary>
    public string Name => Groups > 1 ? $"{Height}x{Width} depthwise" + (Outputs > Groups ? $" x{Outputs / Groups}" : "") : $"{Height}x{Width}-{Outputs}";
}

/// <summary>What replaces a convolution.</summary>
/// <param name="Parts">In order; the last makes what the convolution made.</param>
/// <param name="Missed">Share of the weights' sum of squares that they do not hold.</param>
internal sealed record Factors(IReadOnlyList<Factor> Parts, double Missed);
