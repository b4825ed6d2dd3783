using System.CommandLine;
using System.Globalization;
using EdgePose.Cli.Terminal;
using EdgePose.Compression.Calibration;
using EdgePose.Compression.Evaluation;
using EdgePose.Compression.Packages;
using EdgePose.Compression.Quantisation;

namespace EdgePose.Cli.Model;

/// <summary><c>edgepose model quantise FILE --calibration FOLDER</c>: 8 bits where they do no harm.</summary>
internal static class QuantiseCommand
{
    public static Command Create()
    {
        var file = ModelTool.File();
        var calibration = new CalibrationOptions(required: true);
        var target = new Option<QuantisationTarget>("--target") { Description = "Whose rules the file follows: cpu (ONNX Runtime) or tensorrt.", DefaultValueFactory = _ => QuantisationTarget.Cpu };
        var method = new Option<RangeMethod>("--method") { Description = "How a tensor's range is chosen: max, percentile or entropy.", DefaultValueFactory = _ => RangeMethod.Percentile };
        var percentile = new Option<double?>("--percentile") { Description = FormattableString.Invariant($"Per cent of the values inside a range; {new QuantiseOptions().Percentile} without it.") };
        var keep = new Option<string[]>("--keep") { Description = "A convolution that stays in floating point, by its name; may be given several times.", DefaultValueFactory = _ => [] };
        var keepNone = new Option<bool>("--keep-none") { Description = "Do not keep the stem, the output convolutions and those that read a concat in floating point." };
        var maxLoss = new Option<double?>("--max-ap-loss") { Description = "Points of AP that may be lost at any exit: layers go back to floating point, the most sensitive first, until the loss of the worst exit is within it." };
        var annotations = new Option<FileInfo?>("--annotations") { Description = "COCO keypoint annotations on which the loss is measured." };
        var labelled = new Option<DirectoryInfo?>("--labelled") { Description = "The folder of the annotations' pictures." };
        var limit = new Option<int?>("--limit") { Description = "Only the first N pictures of the annotations." };
        var height = new Option<int?>("--height") { Description = $"Height at which the loss is measured; {EvalArguments.NormalHeightPx} without it." };
        var (output, id) = (ModelTool.Out(), ModelTool.Id("the old id and -int8"));
        var command = new Command(
            "quantise",
            "Put convolutions into 8 bits, as QuantizeLinear and DequantizeLinear pairs in the file: weights with one scale a channel, ranges of activations from the calibration pictures.\n\n"
            + "INT8 is the trap of this family: quantised as a whole, published networks find nobody. So the stem, the output convolutions and those that read a concat stay in "
            + "floating point, every other layer is put into 8 bits alone and its loss told, and with --max-ap-loss the most sensitive are given back until the loss is within the "
            + "limit. A quarter of the calibration pictures is held out to measure the loss of the maps.")
        { file, target, method, percentile, keep, keepNone, maxLoss, annotations, labelled, limit, height, output, id };
        calibration.AddTo(command);
        command.Validators.Add(parsed =>
        {
            bool gated = parsed.GetValue(maxLoss) is not null, both = parsed.GetValue(annotations) is not null && parsed.GetValue(labelled) is not null;
            string? fault = gated && !both ? "--max-ap-loss is measured on labelled pictures: name --annotations and --labelled."
                : !gated && (parsed.GetValue(annotations) is not null || parsed.GetValue(labelled) is not null) ? "--annotations and --labelled belong to --max-ap-loss."
                : parsed.GetValue(maxLoss) < 0 ? "--max-ap-loss must be at least 0."
                : parsed.GetValue(percentile) is not (null or (> 50 and <= 100)) ? "--percentile must be above 50 and up to 100."
                : parsed.GetValue(limit) < 1 ? "--limit must be at least 1."
                : parsed.GetValue(height) < 8 ? "--height must be at least 8."
                : null;
            if (fault is not null)
            {
                parsed.AddError(fault);
            }
        });
        command.SetAction((parsed, stop) => Task.FromResult(ModelTool.Run(() =>
        {
            NetworkPackage network = NetworkPackage.Open(parsed.GetRequiredValue(file));
            LossLimit? loss = parsed.GetValue(maxLoss) is { } points
                ? new LossLimit(
                    points, LabelledInput.Read(parsed.GetValue(annotations)!, parsed.GetValue(labelled)!, parsed.GetValue(limit), labelled),
                    new EvaluationOptions { Sizing = InputSizing.OfHeight(parsed.GetValue(height) ?? EvalArguments.NormalHeightPx) })
                : null;
            var options = new QuantiseOptions
            {
                Target = parsed.GetValue(target), Method = parsed.GetValue(method), Percentile = parsed.GetValue(percentile) ?? new QuantiseOptions().Percentile,
                Keep = parsed.GetValue(keep) ?? [], KeepFamilys = !parsed.GetValue(keepNone),
            };
            CalibrationPictures pictures = calibration.Read(parsed, network)!;
            QuantiseResult result;
            using (var progress = ProgressBar.OnStandardError("one layer at a time", "layers", network.Model.Graph.Nodes.Count(node => node.Is("Conv"))))
            {
                result = QuantisedNetwork.Write(parsed.GetRequiredValue(output).FullName, network, pictures, options, loss, parsed.GetValue(id), _ => progress.Step(), stop);
            }

            Tell(result);
            ModelTool.Tell(result.Manifest);
            ModelTool.TellTime(result.Time);
        })));
        return command;
    }

    private static void Tell(QuantiseResult result)
    {
        Console.WriteLine("share of the maps lost with one convolution alone in 8 bits, and where it ended:");
        HashSet<string> quantised = [.. result.Quantised];
        foreach (LayerSensitivity layer in result.Sensitivity)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {layer.Error:0.00000}  {(quantised.Contains(layer.Layer) ? "int8 " : "float")}  {layer.Layer}"));
        }

        foreach (KeptLayer layer in result.Kept)
        {
            Console.WriteLine($"  float: {layer.Layer} ({layer.Reason})");
        }

        foreach (QuantisationTrial trial in result.Trials)
        {
            string exits = string.Join(", ", trial.Exits.Select(exit => string.Create(CultureInfo.InvariantCulture, $"{exit.Exit} {exit.After:0.0} (floating point {exit.Before:0.0})")));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  tried with {trial.Kept} more in floating point: AP of {exits}"));
        }
    }
}
