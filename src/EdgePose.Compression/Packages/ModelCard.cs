using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EdgePose.Compression.Graphs;
using EdgePose.Inference;

namespace EdgePose.Compression.Packages;

/// <summary>The page beside a network that tells a person what it is and where it comes from. Everything on it is in the ONNX file or the manifest, but for the times that the last step measured.</summary>
internal static class ModelCard
{
    public static string Write(NetworkManifest manifest, OnnxModel model, int bytes, ImmutableArray<LineageFigure> times)
    {
        ImmutableArray<LineageStep> steps = Lineage.Of(model);
        steps = steps.SetItem(steps.Length - 1, steps[^1] with { Times = times });
        var card = new StringBuilder();
        card.Append(CultureInfo.InvariantCulture, $"# {manifest.Id}: card\n\n{Sentence(steps)}\n\n| | |\n|---|---|\n");
        Row(card, "file", $"{Path.GetFileName(manifest.File)} (operator set {model.Opset}, {bytes.ToString("N0", CultureInfo.InvariantCulture)} bytes, sha256 {manifest.Sha256})");
        Row(card, "input", Input(manifest, model));
        foreach (NetworkExit exit in manifest.Exits)
        {
            Row(card, $"exit {exit.Name}", $"heatmaps `{exit.Heatmaps}`{(exit.Pafs is null ? ", no PAFs: one person a picture" : $", PAFs `{exit.Pafs}`")}");
        }

        Row(card, "skeleton", $"{manifest.Skeleton.Id}, {manifest.StridePx} px a cell");
        Row(card, "licence", manifest.Licence);
        Row(card, "trained on", manifest.TrainingData);
        card.Append("\n## Lineage\n\n");
        for (int i = 0; i < steps.Length; i++)
        {
            Step(card, i + 1, steps[i]);
        }

        if (steps.All(step => step.ParentId is not null))
        {
            card.Append("What was before the first step is on the card of its parent.\n");
        }

        return card.ToString();
    }

    private static string Sentence(ImmutableArray<LineageStep> steps) => steps[^1] switch
    {
        { ParentId: null } only => $"Made by `{only.Tool}`. {only.Remarks}".TrimEnd(),
        var last => $"Made by `{last.Tool}` from {last.ParentId}. {last.Remarks}".TrimEnd(),
    };

    private static string Input(NetworkManifest manifest, OnnxModel model)
    {
        NetworkInput input = manifest.Input;
        string values = input.NormalisedInside ? "0 to 255, normalised inside" : $"(x - {Text(input.Mean)}) * {Text(input.Scale)}, x from 0 to 255";
        string sizes = model.Graph.Inputs[0].Dimensions is { } dimensions ? string.Join(" x ", dimensions) : "?";
        return $"`{input.Name}`: {sizes}, float32, {input.Channels.ToString().ToUpperInvariant()}, {values}; height and width multiples of {input.MultipleOf}";
    }

    private static void Step(StringBuilder card, int number, LineageStep step)
    {
        card.Append(CultureInfo.InvariantCulture, $"### {number}. {step.Id}\n\n`{(step.Tool + " " + step.Options).Trim()}`");
        card.Append(step.ParentId is null ? "" : $", from {step.ParentId}{(step.ParentSha256 is null ? "" : $" (sha256 {step.ParentSha256})")}").Append(".\n");
        card.Append(step.Remarks.Length > 0 ? $"{step.Remarks}\n\n" : "\n").Append("| measured | before | after |\n|---|---|---|\n");
        foreach (LineageFigure figure in step.Figures.Concat(step.Times))
        {
            card.Append(CultureInfo.InvariantCulture, $"| {Cell(figure.Name)} | {Cell(figure.Before)} | {Cell(figure.After)} |\n");
        }

        card.Append('\n');
    }

    private static void Row(StringBuilder card, string name, string value) => card.Append(CultureInfo.InvariantCulture, $"| {Cell(name)} | {Cell(value)} |\n");

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");

    private static string Text(ImmutableArray<float> values) =>
        values.Distinct().Count() == 1 ? values[0].ToString(CultureInfo.InvariantCulture) : $"({string.Join(", ", values.Select(value => value.ToString(CultureInfo.InvariantCulture)))})";
}
