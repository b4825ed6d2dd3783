using System.CommandLine;
using EdgePose.Compression.Import;

namespace EdgePose.Cli.Model;

/// <summary><c>edgepose model import FILE</c>: a checkpoint from elsewhere into our ONNX and manifest.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var file = ModelTool.File("The checkpoint, an .onnx file.");
        var picture = new Option<FileInfo?>("--picture") { Description = "A picture on which both networks are run and compared; without it, a test pattern." };
        var licence = new Option<string>("--licence") { Description = "Licence of the weights, for the manifest and the card.", DefaultValueFactory = _ => "not stated" };
        var data = new Option<string>("--training-data") { Description = "What the weights were trained on, for the manifest and the card.", DefaultValueFactory = _ => "not stated" };
        var (output, id) = (ModelTool.Out(), ModelTool.Id("the file's name"));
        var command = new Command(
            "import",
            "Take a checkpoint of the family: human-pose-estimation-0001 and Lightweight OpenPose, or OpenPose COCO-18, as ONNX.\n\n"
            + "It is recognised by its structure (38 PAFs, 19 heatmaps, stride 8; depthwise backbone or 7x7 stages), not by names, and refused with the reason otherwise. Input and outputs get our "
            + "names, every stage becomes an exit, batch and size become free, biases and batch normalisation go into the convolutions, and a normalisation that was done outside (x / 256 - 0.5) "
            + "goes inside. Both networks are then run on the same picture; maps that differ are refused.")
        { file, picture, licence, data, output, id };
        command.SetAction(parsed => ModelTool.Run(() =>
        {
            string path = parsed.GetRequiredValue(file);
            var options = new ImportOptions
            {
                Id = parsed.GetValue(id) ?? Path.GetFileNameWithoutExtension(path), Licence = parsed.GetRequiredValue(licence),
                TrainingData = parsed.GetRequiredValue(data), PicturePath = parsed.GetValue(picture)?.FullName,
            };
            ImportResult result = ImportPackage.Write(parsed.GetRequiredValue(output).FullName, path, options);
            Console.WriteLine($"{path}: {result.Layout.Name}, {result.Layout.Stages.Length} stage(s), normalised {(result.Layout.NormalisedInside ? "inside" : "outside, as x / 256 - 0.5: now inside")}");
            ModelTool.Tell(result.Manifest);
            ModelTool.Tell(result.Differences);
        }));
        return command;
    }
}
