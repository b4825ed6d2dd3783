using System.CommandLine;
using System.Globalization;
using EdgePose.Cli.Terminal;
using EdgePose.Compression.Packages;
using EdgePose.Compression.Pruning;
using EdgePose.Compression.Reconstruction;
using EdgePose.Inference;

namespace EdgePose.Cli.Model;

/// <summary><c>edgepose model prune FILE --calibration FOLDER --macs 0.5</c>: fewer channels.</summary>
internal static class PruneCommand
{
    public static Command Create()
    {
        var file = ModelTool.File();
        var calibration = new CalibrationOptions(required: true);
        var macs = new Option<double?>("--macs") { Description = "Share of the MACs that may stay, above 0 and up to 1." };
        var latency = new Option<double?>("--latency") { Description = "Share of the time that may stay, measured on this machine's processor, paired with the whole network." };
        var minWidth = new Option<int?>("--min-width") { Description = $"No layer is made narrower; {new PruneOptions().MinWidth} without it." };
        var noRefit = new Option<bool>("--no-refit") { Description = "Leave the weights that stay as they are." };
        var (output, id) = (ModelTool.Out(), ModelTool.Id("the old id and -pruned"));
        var command = new Command(
            "prune",
            "Take out whole channels, the least important first, until the budget holds.\n\n"
            + "Importance is a channel's mean activation on the calibration pictures times the norm of the weights that read it. Channels that are added up, joined or "
            + "convolved one by one go together; the outputs keep all theirs; widths stay multiples of 8. Each convolution is then refitted by least squares to what the "
            + "original computes from what the pruned network feeds it. The product should be fine-tuned before it ships.")
        { file, macs, latency, minWidth, noRefit, output, id };
        calibration.AddTo(command);
        command.Validators.Add(parsed =>
        {
            string? fault = parsed.GetValue(macs) is not (null or (> 0 and <= 1)) ? "--macs must be above 0 and up to 1."
                : parsed.GetValue(latency) is { } time and not (> 0 and <= 1) ? FormattableString.Invariant($"--latency {time} must be above 0 and up to 1.")
                : parsed.GetValue(macs) is null && parsed.GetValue(latency) is null ? "Name a budget: --macs SHARE, --latency SHARE, or both."
                : parsed.GetValue(minWidth) < 1 ? "--min-width must be at least 1."
                : null;
            if (fault is not null)
            {
                parsed.AddError(fault);
            }
        });
        command.SetAction((parsed, stop) => Task.FromResult(ModelTool.Run(() =>
        {
            NetworkPackage network = NetworkPackage.Open(parsed.GetRequiredValue(file));
            var options = new PruneOptions
            {
                Macs = parsed.GetValue(macs) ?? 1, Latency = parsed.GetValue(latency), MinWidth = parsed.GetValue(minWidth) ?? new PruneOptions().MinWidth,
                Refit = !parsed.GetValue(noRefit),
            };
            NetworkManifest manifest;
            PruneResult result;
            using (var progress = ProgressBar.OnStandardError("refitting", "layers", network.Model.Graph.Nodes.Count(node => node.Is("Conv"))))
            {
                (manifest, result) = PrunedNetwork.Write(
                    parsed.GetRequiredValue(output).FullName, network, calibration.Read(parsed, network)!, options, parsed.GetValue(id), _ => progress.Step(), stop);
            }

            Tell(result);
            ModelTool.Tell(manifest);
            ModelTool.TellTime(result.Time);
        })));
        return command;
    }

    private static void Tell(PruneResult result)
    {
        foreach (PrunedWidth width in result.Widths)
        {
            Console.WriteLine($"  {width.Before,5} -> {width.After,-5} {width.Layers}");
        }

        foreach (LayerFit fit in result.Fits)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  missed {fit.LeftBefore:0.000} -> {fit.LeftAfter:0.000}{(fit.Refitted ? "" : $" (not refitted: {fit.Unknowns} unknowns an output)")} {fit.Layer}"));
        }
    }
}
