using MathNet.Numerics.LinearAlgebra;

namespace EdgePose.Compression.Reconstruction;

/// <summary>The change of weights and bias that takes away most of what a layer does wrong.</summary>
/// <param name="Weights">Unknowns x outputs, row-major.</param>
/// <param name="Bias">One an output.</param>
/// <param name="SquaresBefore">Sum of squares that was to be explained, about the outputs' means.</param>
/// <param name="SquaresAfter">What is left of it.</param>
internal sealed record RidgeSolution(double[] Weights, double[] Bias, double SquaresBefore, double SquaresAfter);

/// <summary>
/// Least squares with a small penalty: min |R - U d|^2 + r |d|^2, where R is what a layer still does wrong and d changes its weights. The penalty is on d, not on the weights. So a layer
/// that does nothing wrong keeps its weights to the bit. One that sees too little data keeps close to them.
/// </summary>
internal static class RidgeRegression
{
    /// <summary>Penalty as a share of the mean diagonal of U'U. Source: the training kit's prune.py, which found refits stable from 1e-5 to 1e-3.</summary>
    private const double Penalty = 1e-4;

    /// <summary>Solves it. Both matrices are centred in place.</summary>
    /// <param name="product">Makes U'U and U'R.</param>
    /// <param name="u">positions x unknowns, row-major.</param>
    /// <param name="unknowns">Columns of u.</param>
    /// <param name="r">positions x outputs, row-major.</param>
    /// <param name="outputs">Columns of r.</param>
    public static RidgeSolution Solve(MatrixProduct product, float[] u, int unknowns, float[] r, int outputs)
    {
        double[] meanU = Centre(u, unknowns), meanR = Centre(r, outputs);
        double[] gram = product.Of(u, unknowns, u, unknowns), right = product.Of(u, unknowns, r, outputs);
        double trace = 0;
        for (int i = 0; i < unknowns; i++)
        {
            trace += gram[(i * unknowns) + i];
        }

        double before = Squares(r);
        if (!(trace > 0)) // nothing ever reaches the layer: only its bias can be right or wrong
        {
            return new(new double[unknowns * outputs], meanR, before, before);
        }

        Matrix<double> a = Matrix<double>.Build.Dense(unknowns, unknowns, gram); // symmetric: row-major and column-major are the same
        for (int i = 0; i < unknowns; i++)
        {
            a[i, i] += Penalty * trace / unknowns;
        }

        Matrix<double> b = Matrix<double>.Build.DenseOfRowMajor(unknowns, outputs, right);
        Matrix<double> d = a.Cholesky().Solve(b);
        double[] weights = d.ToRowMajorArray();
        var bias = new double[outputs];
        for (int o = 0; o < outputs; o++)
        {
            bias[o] = meanR[o];
            for (int i = 0; i < unknowns; i++)
            {
                bias[o] -= meanU[i] * weights[(i * outputs) + o];
            }
        }

        // |R - U d|^2 = R'R - 2 d'U'R + d'U'U d, and (U'U + p) d = U'R, so that d'U'U d = d'U'R - p d'd.
        double explained = Dot(weights, right), size = Dot(weights, weights);
        return new(weights, bias, before, Math.Max(0, before - explained - (Penalty * trace / unknowns * size)));
    }

    private static double[] Centre(float[] matrix, int columns)
    {
        var mean = new double[columns];
        int rows = matrix.Length / columns;
        for (int i = 0; i < matrix.Length; i++)
        {
            mean[i % columns] += matrix[i];
        }

        for (int i = 0; i < columns; i++)
        {
            mean[i] /= Math.Max(1, rows);
        }

        for (int i = 0; i < matrix.Length; i++)
        {
            matrix[i] -= (float)mean[i % columns];
        }

        return mean;
    }

    private static double Squares(float[] values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += (double)value * value;
        }

        return sum;
    }

    private static double Dot(double[] one, double[] other)
    {
        double sum = 0;
        for (int i = 0; i < one.Length; i++)
        {
            sum += one[i] * other[i];
        }

        return sum;
    }
}
