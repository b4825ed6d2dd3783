using MathNet.Numerics.LinearAlgebra;

namespace EdgePose.Compression.Factorisation;

/// <summary>
/// The singular value decomposition M = U S V' of a matrix of weights, by the eigenvectors of the smaller of M M' and M' M. That one is a few hundred wide where M is thousands long. Small
/// singular values lose digits that way (half of a double's sixteen stay), which 32-bit weights do not have.
/// </summary>
internal sealed class SingularValues
{
    private SingularValues(Matrix<double> left, Matrix<double> right, double[] squares)
    {
        (Left, Right, Squares) = (left, right, squares);
    }

    /// <summary>Rows x rank: orthonormal columns, most important first.</summary>
    public Matrix<double> Left { get; }

    /// <summary>Rank x columns: S V', so that M = Left Right.</summary>
    public Matrix<double> Right { get; }

    /// <summary>Squares of the singular values, largest first.</summary>
    public double[] Squares { get; }

    /// <summary>Decomposes a matrix of any shape.</summary>
    public static SingularValues Of(Matrix<double> matrix)
    {
        bool tall = matrix.RowCount > matrix.ColumnCount;
        Matrix<double> gram = tall ? matrix.TransposeThisAndMultiply(matrix) : matrix.TransposeAndMultiply(matrix);
        (Matrix<double> vectors, double[] squares) = Directions(gram);
        if (!tall)
        {
            return new(vectors, vectors.TransposeThisAndMultiply(matrix), squares);
        }

        // U S = M V; its columns are made orthonormal by their own lengths, and S V' carries them.
        Matrix<double> scaled = matrix * vectors, left = scaled.Clone(), right = vectors.Transpose();
        for (int i = 0; i < squares.Length; i++)
        {
            double length = scaled.Column(i).L2Norm();
            left.SetColumn(i, length > 0 ? scaled.Column(i) / length : scaled.Column(i));
            right.SetRow(i, right.Row(i) * length);
        }

        return new(left, right, squares);
    }

    /// <summary>Eigenvectors of a symmetric matrix as columns, by falling eigenvalue, and the eigenvalues (no less than 0).</summary>
    public static (Matrix<double> Vectors, double[] Values) Directions(Matrix<double> symmetric)
    {
        var eigen = symmetric.Evd(Symmetricity.Symmetric);
        int count = symmetric.RowCount;
        // MathNet gives rising eigenvalues.
        double[] values = [.. eigen.EigenValues.Reverse().Select(value => Math.Max(0, value.Real))];
        return (Matrix<double>.Build.DenseOfColumnVectors(Enumerable.Range(0, count).Select(i => eigen.EigenVectors.Column(count - 1 - i))), values);
    }

    /// <summary>The fewest that hold this share of the sum of squares.</summary>
    public int RankFor(double energy) => RankFor(Squares, energy);

    /// <summary>The fewest of some falling squares that hold this share of their sum.</summary>
    public static int RankFor(double[] squares, double energy)
    {
        double wanted = energy * squares.Sum(), sum = 0;
        int rank = 0;
        while (rank < squares.Length && (sum < wanted || rank == 0))
        {
            sum += squares[rank++];
        }

        return rank;
    }
}
