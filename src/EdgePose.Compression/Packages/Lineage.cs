using System.Collections.Immutable;
using System.Text.Json;
using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Packages;

/// <summary>
/// A network's whole descent, first step first. It lies in the ONNX file itself (a note), so that it cannot be parted from the weights; the card is written from it.
/// </summary>
public static class Lineage
{
    private const string Key = "edgepose.lineage";

    /// <summary>Steps that a file tells of; none where it tells of none.</summary>
    /// <exception cref="Inference.NetworkException">The note is not readable.</exception>
    public static ImmutableArray<LineageStep> Of(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!model.Metadata.TryGetValue(Key, out string? json))
        {
            return [];
        }

        try
        {
            return JsonSerializer.Deserialize<ImmutableArray<LineageStep>>(json);
        }
        catch (JsonException exception)
        {
            throw model.Graph.Fault($"note '{Key}'", $"it is not what EdgePose writes ({exception.Message.TrimEnd('.')}); take the file as its tool wrote it");
        }
    }

    /// <summary>Adds a step.</summary>
    public static void Append(OnnxModel model, LineageStep step) => model.Note(Key, JsonSerializer.Serialize(Of(model).Add(step)));
}
