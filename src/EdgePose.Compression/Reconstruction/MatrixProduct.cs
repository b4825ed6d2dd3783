using EdgePose.Compression.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace EdgePose.Compression.Reconstruction;

/// <summary>
/// A' B of two tall matrices, in ONNX Runtime: its matrix kernels use the processor's vector units, and a layer of 3x3x128 inputs at 20,000 positions takes 50
/// billion operations. Sums of 8,192 rows are made in 32 bits and added up in 64.
/// </summary>
internal sealed class MatrixProduct : IDisposable
{
    private const int BlockRows = 8192;
    private readonly InferenceSession session;

    public MatrixProduct()
    {
        OnnxModel model = OnnxModel.Empty("matrix product");
        model.Graph.Inputs.Add(OnnxValue.Of("a", ElementType.Float, "rows", "columnsA"));
        model.Graph.Inputs.Add(OnnxValue.Of("b", ElementType.Float, "rows", "columnsB"));
        model.Graph.Nodes.Add(OnnxNode.Of("Gemm", "product", ["a", "b"], "c", OnnxAttribute.Of("transA", 1)));
        model.Graph.Outputs.Add(OnnxValue.Of("c", ElementType.Float, "columnsA", "columnsB"));
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        session = new InferenceSession(model.ToBytes(), options);
    }

    /// <summary>The product, row-major, columnsA x columnsB.</summary>
    /// <param name="a">rows x columnsA, row-major.</param>
    /// <param name="columnsA">Columns of a.</param>
    /// <param name="b">rows x columnsB, row-major.</param>
    /// <param name="columnsB">Columns of b.</param>
    public double[] Of(float[] a, int columnsA, float[] b, int columnsB)
    {
        int rows = a.Length / columnsA;
        var sum = new double[columnsA * columnsB];
        using var options = new RunOptions();
        for (int from = 0; from < rows; from += BlockRows)
        {
            int count = Math.Min(BlockRows, rows - from);
            using OrtValue left = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, a.AsMemory(from * columnsA, count * columnsA), [count, columnsA]);
            using OrtValue right = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, b.AsMemory(from * columnsB, count * columnsB), [count, columnsB]);
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, ["a", "b"], [left, right], ["c"]);
            ReadOnlySpan<float> part = results[0].GetTensorDataAsSpan<float>();
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += part[i];
            }
        }

        return sum;
    }

    public void Dispose() => session.Dispose();
}
