using System.CommandLine;
using EdgePose.Compression.Anatomy;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Packages;
using EdgePose.Compression.Shapes;

namespace EdgePose.Cli.Model;

/// <summary><c>edgepose model info FILE</c>: a network taken apart, stage by stage.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var file = ModelTool.File("The network: a manifest (.json) or an .onnx file. Without a manifest, exits are found by the outputs.");
        var size = ModelTool.Size();
        var measure = new Option<bool>("--measure") { Description = "Measure the receptive field of every exit through ONNX Runtime, beside the computed one." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command(
            "info", "Take a network apart: layers, parameters, MACs at a size, and the receptive field of every exit.\n\nMACs are the convolutions' multiply-accumulates for one picture, which papers of the family also call FLOPs.") { file, size, measure, json };
        command.SetAction(parsed => ModelTool.Run(() => Show(parsed.GetRequiredValue(file), parsed.GetValue(size), parsed.GetValue(measure), parsed.GetValue(json))));
        return command;
    }

    private static void Show(string file, (int HeightPx, int WidthPx) wished, bool measure, bool json)
    {
        NetworkPackage? package = NetworkPackage.HasManifest(file) ? NetworkPackage.Open(file) : null;
        OnnxModel model = package?.Model ?? OnnxModel.Load(file);
        IReadOnlyList<StageExit> exits = package is null
            ? StageSplit.ExitsOf(model.Graph)
            : [.. package.Manifest.Exits.Select(exit => new StageExit(exit.Name, exit.Pafs is null ? [exit.Heatmaps] : [exit.Heatmaps, exit.Pafs]))];
        (int height, int width) = package?.SizeFor(wished.HeightPx, wished.WidthPx) ?? ShapeInference.SizeFor(model.Graph, wished.HeightPx, wished.WidthPx);
        NetworkAnatomy anatomy = NetworkAnatomy.Of(model.Graph, exits, height, width);
        Dictionary<string, long> measured = measure ? Measure(model, anatomy) : [];
        string name = package?.Manifest.Id ?? Path.GetFileName(file);
        Console.Out.WriteLine(json ? AnatomyJson.Write(name, anatomy, measured) : AnatomyTable.Write(name, anatomy, measured));
    }

    /// <summary>Rows that the exit's outputs see, by the exit's name.</summary>
    private static Dictionary<string, long> Measure(OnnxModel model, NetworkAnatomy anatomy) => anatomy.Stages
        .Where(stage => stage.Outputs.Count > 0 && stage.Field is not null)
        .ToDictionary(stage => stage.Name, stage =>
        {
            long heightPx = (stage.Field!.Value.Vertical.SizePx + 128) / 64 * 64;
            return stage.Outputs.Max(output => ReceptiveFieldProbe.MeasureRowsPx(model, output, heightPx));
        });
}
