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

    /// <summary>JSON's null in place of a text is refused; in place of an item of a list the reader leaves it in, whatever the types say.</summary>
    private static readonly JsonSerializerOptions Strict = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>The steps that a file states.</summary>
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
            ImmutableArray<LineageStep> steps = JsonSerializer.Deserialize<ImmutableArray<LineageStep>>(json, Strict);
            return steps.IsDefault || steps.Any(step => step is null || step.Figures.IsDefault || step.Figures.Any(figure => figure is null))
                ? throw Spoilt(model, "it has null where a step or a figure should be")
                : steps;
        }
        catch (JsonException exception)
        {
            throw Spoilt(model, exception.Message.TrimEnd('.'));
        }
    }

    /// <summary>Adds a step.</summary>
    public static void Append(OnnxModel model, LineageStep step) => model.Note(Key, JsonSerializer.Serialize(Of(model).Add(step)));

    private static Exception Spoilt(OnnxModel model, string reason) =>
        model.Graph.Fault($"note '{Key}'", $"it is not what EdgePose writes ({reason}); take the file as its tool wrote it");
}
