using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EdgePose.Cli.Terminal;
using EdgePose.Compression.Comparison;
using EdgePose.Compression.Evaluation;
using EdgePose.Daemon.Batching;
using EdgePose.Daemon.Hosting;
using EdgePose.Inference;

namespace EdgePose.Cli.Model;

/// <summary><c>edgepose model compare</c>: AP, multiply-accumulates, size and time of several networks in one paired run. See docs/evaluation.md.</summary>
internal static class CompareCommand
{
    private const string NormalSize = "368x368";
    private const string NormalBatches = "1,8";
    private const int NormalRounds = 15;

    public static Command Create()
    {
        var manifests = new Argument<FileInfo[]>("MANIFEST") { Description = "The networks' manifests; the first is what the others are held against.", Arity = ArgumentArity.OneOrMore };
        var everyExit = new Option<bool>("--every-exit") { Description = "A row for each exit of each network, cut there as `model cut-stages` does; otherwise each network is measured at its deepest." };
        var images = new Option<DirectoryInfo?>("--images") { Description = "The folder of labelled pictures, to measure AP." };
        var annotations = new Option<FileInfo?>("--annotations") { Description = "Their COCO keypoint annotations." };
        var limit = new Option<int?>("--limit") { Description = "AP on the first N pictures only." };
        var size = new Option<string?>("--size") { Description = $"HEIGHTxWIDTH of the input; {NormalSize} if not given. AP is measured at this height." };
        var batch = new Option<string?>("--batch") { Description = $"Batch sizes between commas; {NormalBatches} if not given." };
        var threads = new Option<int>("--threads") { Description = "Threads of ONNX Runtime; 0 is one a core." };
        var rounds = new Option<int?>("--rounds") { Description = $"How often each network is timed at each batch size; {NormalRounds} if not given." };
        var json = new Option<FileInfo?>("--json") { Description = "Write the figures here as JSON." };
        var plot = new Option<FileInfo?>("--plot") { Description = "Draw AP against MACs and against time here, as .png or .jpg." };
        var command = new Command("compare", "AP, MACs, parameters, size and time of several networks in one paired run, with the Pareto front.")
        {
            manifests, everyExit, images, annotations, limit, size, batch, threads, rounds, json, plot,
        };
        command.Validators.Add(given =>
        {
            var fault = given.GetValue(images) is null != given.GetValue(annotations) is null ? "AP needs both --images and --annotations."
                : given.GetValue(plot) is not null && given.GetValue(images) is null ? "A plot shows AP: it needs --images and --annotations."
                : given.GetValue(plot) is { Extension: not ".png" and not ".jpg" } ? "--plot must end in .png or .jpg."
                : !EvalArguments.TryReadSize(given.GetValue(size) ?? NormalSize, out _, out _) ? $"--size '{given.GetValue(size)}' is no HEIGHTxWIDTH, for example 256x456."
                : !TryReadBatches(given.GetValue(batch) ?? NormalBatches, out _) ? $"--batch '{given.GetValue(batch)}' is no list of whole numbers from 1 to 64, for example 1,8."
                : given.GetValue(rounds) < 1 ? "--rounds must be at least 1."
                : given.GetValue(limit) < 1 ? "--limit must be at least 1."
                : null;
            if (fault is not null)
            {
                given.AddError(fault);
            }
        });
        command.SetAction((parsed, stop) => Task.FromResult(InputFaults.Guard(() =>
        {
            _ = EvalArguments.TryReadSize(parsed.GetValue(size) ?? NormalSize, out var heightPx, out var widthPx);
            _ = TryReadBatches(parsed.GetValue(batch) ?? NormalBatches, out var batches);
            var comparison = new NetworkComparison(heightPx, widthPx, batches, parsed.GetValue(threads), parsed.GetValue(rounds) ?? NormalRounds);
            NetworkManifest[] networks = [.. parsed.GetRequiredValue(manifests).Select(file => NetworkManifest.Load(file.FullName))];
            var pictures = parsed.GetValue(annotations) is { } file
                ? LabelledInput.Read(file, parsed.GetValue(images)!, parsed.GetValue(limit), images)
                : null;
            using var exits = parsed.GetValue(everyExit) ? new ExitFiles(networks) : null;
            return Run(comparison, exits?.Manifests ?? networks, exits?.Manifests.Count > networks.Length, pictures, parsed.GetValue(json), parsed.GetValue(plot), stop);
        })));
        return command;
    }

    private static int Run(
        NetworkComparison comparison, IReadOnlyList<NetworkManifest> manifests, bool cutExits, LabelledPictures? pictures, FileInfo? json, FileInfo? plot, CancellationToken stop)
    {
        var machine = MachineFacts.Now(); // before we load it ourselves
        IReadOnlyList<ComparedNetwork> networks;
        using (var progress = ProgressBar.OnStandardError("timing", "rounds", (long)comparison.Rounds * comparison.Batches.Count))
        {
            networks = comparison.Run(manifests, () => progress.Step(), stop);
        }

        var unreadable = 0;
        if (pictures is not null)
        {
            using var progress = ProgressBar.OnStandardError("evaluating", "pictures", (long)manifests.Count * pictures.Labels.Images.Count);
            var evaluations = manifests.Select(manifest => Evaluate(manifest, comparison, pictures, progress, stop)).ToList();
            networks = [.. networks.Select((network, i) => network with { Ap = evaluations[i].Figures().Ap is >= 0 and var ap ? ap : null })];
            unreadable = evaluations[0].Faults.Count;
        }

        var accuracy = pictures is null ? null
            : string.Create(CultureInfo.InvariantCulture, $"OKS-AP on {pictures.Labels.Images.Count - unreadable} pictures, {InputSizing.OfHeight(comparison.HeightPx)}, single scale");
        var report = ComparisonReport.Of(machine, comparison, manifests, networks, accuracy, cutExits);
        Console.Out.WriteLine(report); // before the files: one that cannot be written must not take a long run's figures with it
        if (json is not null)
        {
            OutputFile.Write(json, JsonSerializer.Serialize(report, EvalOutputs.JsonForm));
        }

        if (plot is not null)
        {
            using var drawn = ParetoPlot.Draw(report.Networks);
            OutputFile.Write(plot, drawn);
        }

        return unreadable > 0 ? ExitCodes.NoInput : ExitCodes.Ok;
    }

    private static NetworkEvaluation Evaluate(NetworkManifest manifest, NetworkComparison comparison, LabelledPictures pictures, ProgressBar progress, CancellationToken stop) =>
        new NetworkEvaluator(manifest, new()
        {
            Sizing = InputSizing.OfHeight(comparison.HeightPx),
            Execution = new() { Providers = [ExecutionProvider.Cpu], Threads = comparison.Threads },
        }).Run(pictures, fault =>
        {
            if (fault is not null)
            {
                progress.WriteLine(fault.ToString());
            }

            progress.Step(manifest.Id);
        }, stop);

    private static bool TryReadBatches(string text, out int[] batches)
    {
        batches = [.. text.Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var batch) ? batch : 0)];
        return batches.All(batch => batch is >= 1 and <= 64);
    }
}
