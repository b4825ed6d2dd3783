using EdgePose.Compression.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace EdgePose.Compression.Quantisation.Tests;

/// <summary>Which operators ONNX Runtime really runs, after it has joined what it can: it writes its optimised graph, and that is counted.</summary>
internal static class OptimisedOperators
{
    public static Dictionary<string, int> Of(OnnxModel model)
    {
        string path = Path.Combine(Path.GetTempPath(), $"edgepose-optimised-{Guid.NewGuid():N}.onnx");
        try
        {
            using (var options = new SessionOptions
            {
                OptimizedModelFilePath = path, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            })
            using (new InferenceSession(model.ToBytes(), options))
            {
            }

            return OnnxModel.Parse(File.ReadAllBytes(path), path).Graph.Nodes.CountBy(node => node.Operator).ToDictionary();
        }
        finally
        {
            File.Delete(path);
        }
    }
}
