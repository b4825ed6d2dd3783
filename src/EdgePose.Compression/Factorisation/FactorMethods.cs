using MathNet.Numerics.LinearAlgebra;

namespace EdgePose.Compression.Factorisation;

/// <summary>The four ways to take a convolution's weights apart. At full rank each holds the weights exactly.</summary>
internal static class FactorMethods
{
    /// <summary>Widths between factors are rounded up to multiples of this where they are chosen by energy, for the sake of vector units.</summary>
    private const int Multiple = 8;

    /// <summary>W[o,i,y,x] = sum over r of V[r,i,y] H[o,r,x]: one matrix of (i,y) by (o,x).</summary>
    public static Factors Separable(Kernel kernel, FactoriseOptions options)
    {
        SingularValues found = SingularValues.Of(Matrix<double>.Build.Dense(
            kernel.Inputs * kernel.Height, kernel.Outputs * kernel.Width, (row, column) => kernel[column / kernel.Width, row / kernel.Height, row % kernel.Height, column % kernel.Width]));
        int rank = Rank(found.Squares, options);
        var vertical = new float[rank * kernel.Inputs * kernel.Height];
        var horizontal = new float[kernel.Outputs * rank * kernel.Width];
        for (int r = 0; r < rank; r++)
        {
            // Both factors get the square root of the singular value, so that neither is much larger than the other.
            double root = Math.Sqrt(Math.Sqrt(found.Squares[r])), back = root > 0 ? 1 / root : 0;
            for (int i = 0; i < kernel.Inputs * kernel.Height; i++)
            {
                vertical[(r * kernel.Inputs * kernel.Height) + i] = (float)(found.Left[i, r] * root);
            }

            for (int column = 0; column < kernel.Outputs * kernel.Width; column++)
            {
                horizontal[(((column / kernel.Width * rank) + r) * kernel.Width) + (column % kernel.Width)] = (float)(found.Right[r, column] * back);
            }
        }

        return new(
            [new(rank, kernel.Inputs, kernel.Height, 1, 1, true, false, vertical), new(kernel.Outputs, rank, 1, kernel.Width, 1, false, true, horizontal)],
            Missed(found.Squares, rank));
    }

    /// <summary>W[o,i,y,x] = sum over r, s of A[o,r] C[r,s,y,x] B[s,i], by the directions of both unfoldings (HOSVD).</summary>
    public static Factors Tucker(Kernel kernel, FactoriseOptions options)
    {
        int window = kernel.Height * kernel.Width;
        Matrix<double> byOutput = Matrix<double>.Build.Dense(kernel.Outputs, kernel.Inputs * window, (o, rest) => kernel.Values[(o * kernel.Inputs * window) + rest]);
        Matrix<double> byInput = Matrix<double>.Build.Dense(
            kernel.Inputs, kernel.Outputs * window, (i, rest) => kernel.Values[(((rest / window * kernel.Inputs) + i) * window) + (rest % window)]);
        (Matrix<double> a, double[] outputSquares) = SingularValues.Directions(byOutput.TransposeAndMultiply(byOutput));
        (Matrix<double> b, double[] inputSquares) = SingularValues.Directions(byInput.TransposeAndMultiply(byInput));
        int outputRank = Rank(outputSquares, options), inputRank = Rank(inputSquares, options);
        (a, b) = (a.SubMatrix(0, kernel.Outputs, 0, outputRank), b.SubMatrix(0, kernel.Inputs, 0, inputRank));
        Matrix<double> half = a.TransposeThisAndMultiply(byOutput); // outputRank x (inputs x window)
        var core = new float[outputRank * inputRank * window];
        double held = 0;
        for (int k = 0; k < window; k++)
        {
            Matrix<double> slice = Matrix<double>.Build.Dense(outputRank, kernel.Inputs, (r, i) => half[r, (i * window) + k]) * b;
            for (int i = 0; i < outputRank * inputRank; i++)
            {
                double value = slice[i / inputRank, i % inputRank];
                core[(i * window) + k] = (float)value;
                held += value * value;
            }
        }

        return new(
            [
                Factor.Pointwise(inputRank, kernel.Inputs, (s, i) => b[i, s]), new(outputRank, inputRank, kernel.Height, kernel.Width, 1, true, true, core),
                Factor.Pointwise(kernel.Outputs, outputRank, (o, r) => a[o, r]),
            ],
            Math.Max(0, 1 - (held / Math.Max(kernel.Squares, double.Epsilon))));
    }

    /// <summary>For each input channel, W[o,y,x] = sum over m of P[o,m] D[m,y,x].</summary>
    public static Factors Depthwise(Kernel kernel, FactoriseOptions options)
    {
        int window = kernel.Height * kernel.Width;
        SingularValues[] found =
        [
            .. Enumerable.Range(0, kernel.Inputs).Select(i => SingularValues.Of(Matrix<double>.Build.Dense(
                window, kernel.Outputs, (k, o) => kernel.Values[(((o * kernel.Inputs) + i) * window) + k]))),
        ];
        int full = found[0].Squares.Length;
        double[] together = [.. Enumerable.Range(0, full).Select(m => found.Sum(channel => channel.Squares[m]))];
        // Filters a channel: all channels have as many, because a depthwise convolution has. No rounding: each more is a whole layer more.
        int each = Math.Min(full, options.Rank ?? SingularValues.RankFor(together, options.Energy));
        var filters = new float[kernel.Inputs * each * window];
        for (int i = 0; i < filters.Length; i++)
        {
            filters[i] = (float)found[i / window / each].Left[i % window, i / window % each];
        }

        return new(
            [
                new(kernel.Inputs * each, 1, kernel.Height, kernel.Width, kernel.Inputs, true, true, filters),
                Factor.Pointwise(kernel.Outputs, kernel.Inputs * each, (o, column) => found[column / each].Right[column % each, o]),
            ],
            Missed(together, each));
    }

    /// <summary>W = A B: k x k to the rank, then 1x1.</summary>
    /// <param name="kernel">The weights.</param>
    /// <param name="options">The rank.</param>
    /// <param name="outputs">Covariance of the layer's outputs, whose main directions are kept; null to take the weights' own.</param>
    public static Factors LowRank(Kernel kernel, FactoriseOptions options, Matrix<double>? outputs)
    {
        int row = kernel.Inputs * kernel.Height * kernel.Width;
        Matrix<double> weights = Matrix<double>.Build.Dense(kernel.Outputs, row, (o, i) => kernel.Values[(o * row) + i]);
        (Matrix<double> directions, double[] squares) = SingularValues.Directions(outputs ?? weights.TransposeAndMultiply(weights));
        int rank = Rank(squares.AsSpan(0, Math.Min(squares.Length, row)).ToArray(), options);
        Matrix<double> a = directions.SubMatrix(0, kernel.Outputs, 0, rank), b = a.TransposeThisAndMultiply(weights);
        double held = b.Enumerate().Sum(value => value * value);
        return new(
            [
                new(rank, kernel.Inputs, kernel.Height, kernel.Width, 1, true, true, Array.ConvertAll(b.ToRowMajorArray(), value => (float)value)),
                Factor.Pointwise(kernel.Outputs, rank, (o, r) => a[o, r]),
            ],
            Math.Max(0, 1 - (held / Math.Max(kernel.Squares, double.Epsilon))));
    }

    private static int Rank(double[] squares, FactoriseOptions options) =>
        Math.Min(squares.Length, options.Rank ?? (SingularValues.RankFor(squares, options.Energy) + Multiple - 1) / Multiple * Multiple);

    private static double Missed(double[] squares, int rank)
    {
        double whole = squares.Sum();
        return whole > 0 ? squares.Skip(rank).Sum() / whole : 0;
    }
}
