using System.CommandLine;
using System.Globalization;
using EdgePose.Cli.Terminal;
using EdgePose.Compression.Evaluation;
using EdgePose.Daemon.Hosting;
using EdgePose.Inference;

namespace EdgePose.Cli.Model;

/// <summary><c>edgepose model eval</c>: OKS-AP of a network on labelled pictures, or of a file of results. How it is measured: docs/evaluation.md.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        var manifest = new Argument<FileInfo?>("MANIFEST") { Description = "The network's manifest (.json beside the .onnx).", Arity = ArgumentArity.ZeroOrOne };
        var annotations = new Option<FileInfo>("--annotations") { Description = "COCO keypoint annotations (person_keypoints_*.json).", Required = true };
        var images = new Option<DirectoryInfo?>("--images") { Description = "The folder of the pictures." };
        var detections = new Option<FileInfo?>("--detections") { Description = "Evaluate this file of COCO keypoint results instead of a network." };
        var height = new Option<int?>("--height") { Description = "Scale each picture to this height, its width following: how AP is quoted. 368 if neither this nor --size is given." };
        var size = new Option<string?>("--size") { Description = "Letterbox each picture into HEIGHTxWIDTH, for example 256x456, as the daemon does." };
        var views = new Option<string?>("--views") { Description = "Look at each person in a view of their own, of --size (160x120): `labels` takes the places from the labels, `found` from --finder." };
        var jitter = new Option<double>("--jitter") { Description = "With --views labels: how wrong the places are, as a share of a person's box, for example 0.05." };
        var finder = new Option<FileInfo?>("--finder") { Description = "With --views found: the manifest of the network that looks at the whole picture, at height 368." };
        var exit = new Option<string?>("--exit") { Description = "The network's exit; the deepest if not given." };
        var flip = new Option<bool>("--flip") { Description = "Average the maps with those of the mirrored picture." };
        var scales = new Option<string?>("--scales") { Description = "Average the maps of several sizes, for example 0.7,1,1.3." };
        var limit = new Option<int?>("--limit") { Description = "Only the first N pictures of the annotations." };
        var threads = new Option<int>("--threads") { Description = "Threads of the network; 0 is one a core." };
        var allowMissing = new Option<bool>("--allow-missing") { Description = "Succeed although pictures are missing or broken, on those that can be read." };
        var results = new Option<FileInfo?>("--results") { Description = "Write the detections here, in COCO's result format." };
        var perImage = new Option<FileInfo?>("--per-image") { Description = "Write what became of each picture here, as .csv or .json." };
        var worst = new Option<FileInfo?>("--worst") { Description = "Draw the 20 worst pictures onto one sheet here, as .jpg or .png." };
        var json = new Option<bool>("--json") { Description = "Print the figures as JSON, from 0 to 1, with all digits." };
        var command = new Command("eval", "OKS-AP as COCO defines it, of a network or of a file of results.")
        {
            manifest, annotations, images, detections, height, size, views, jitter, finder, exit, flip, scales, limit, threads, allowMissing, results, perImage, worst, json,
        };
        Option[] ofNetwork = [height, size, views, jitter, finder, exit, flip, scales, limit, threads];
        command.Validators.Add(given =>
        {
            var ofResults = given.GetValue(detections) is not null;
            var fault = ofResults == given.GetValue(manifest) is not null ? "Name either a MANIFEST or --detections."
                : !ofResults && given.GetValue(images) is null ? "A network needs the pictures: --images FOLDER."
                : given.GetValue(worst) is not null && given.GetValue(images) is null ? "--worst needs the pictures: --images FOLDER."
                : given.GetValue(height) is not null && given.GetValue(size) is not null ? "--height and --size are two ways of the same: name one."
                : given.GetValue(limit) < 1 ? "--limit must be at least 1."
                : ofResults && ofNetwork.FirstOrDefault(option => given.GetResult(option) is { Implicit: false }) is { } strange
                    ? $"{strange.Name} belongs to a network; a file of results is evaluated whole and as it is."
                : ViewArguments.Fault(given, views, jitter, finder, [height, flip, scales]) is { } viewFault ? viewFault
                : !EvalArguments.TryReadSizing(given.GetValue(height), given.GetValue(size), out _, out var sizingFault) ? sizingFault
                : !EvalArguments.TryReadScales(given.GetValue(scales), out _, out var scalesFault) ? scalesFault
                : given.GetValue(perImage) is { Extension: not ".csv" and not ".json" } ? "--per-image must end in .csv or .json."
                : given.GetValue(worst) is { Extension: not ".jpg" and not ".png" } ? "--worst must end in .jpg or .png."
                : null;
            if (fault is not null)
            {
                given.AddError(fault);
            }
        });
        command.SetAction((parsed, stop) => Task.FromResult(InputFaults.Guard(() =>
        {
            _ = EvalArguments.TryReadSizing(parsed.GetValue(height), parsed.GetValue(size), out var sizing, out _);
            _ = EvalArguments.TryReadScales(parsed.GetValue(scales), out var read, out _);
            var labels = CocoDataset.Load(parsed.GetRequiredValue(annotations).FullName);
            var outputs = new EvalOutputs(parsed.GetValue(results), parsed.GetValue(perImage), parsed.GetValue(worst), parsed.GetValue(json));
            var folder = parsed.GetValue(images) is { } named ? InputFaults.Folder(named, images) : null;
            if (parsed.GetValue(detections) is { } file)
            {
                return OfResults(labels, folder, file.FullName, parsed.GetValue(allowMissing), outputs);
            }

            var options = new EvaluationOptions
            {
                Sizing = sizing, Views = ViewArguments.Read(parsed, views, jitter, finder, size), Exit = parsed.GetValue(exit), Flip = parsed.GetValue(flip), Scales = read,
                Execution = new() { Providers = [ExecutionProvider.Cpu], Threads = parsed.GetValue(threads) },
            };
            var wanted = LabelledPictures.Open(labels.Take(parsed.GetValue(limit)), folder!);
            return OfNetwork(NetworkManifest.Load(parsed.GetValue(manifest)!.FullName), options, wanted, labels, parsed.GetValue(allowMissing), outputs, stop);
        })));
        return command;
    }

    private static int OfNetwork(
        NetworkManifest manifest, EvaluationOptions options, LabelledPictures pictures, CocoDataset allLabels, bool allowMissing, EvalOutputs outputs, CancellationToken stop)
    {
        var evaluator = new NetworkEvaluator(manifest, options);
        if (!allowMissing)
        {
            pictures.Refuse(pictures.Missing(), "name their folder with --images, or leave them out with --allow-missing");
        }

        NetworkEvaluation evaluation;
        using (var progress = ProgressBar.OnStandardError("evaluating", "pictures", pictures.Labels.Images.Count))
        {
            evaluation = evaluator.Run(pictures, fault =>
            {
                if (fault is not null)
                {
                    progress.WriteLine(fault.ToString());
                }

                progress.Step();
            }, stop);
        }

        var report = EvalReport.OfNetwork(manifest, options, pictures with { Labels = allLabels }, evaluation);
        outputs.Write(report, pictures with { Labels = evaluation.Labels }, evaluation.Detections);
        return evaluation.Faults.Count > 0 && !allowMissing ? ExitCodes.NoInput : ExitCodes.Ok;
    }

    private static int OfResults(CocoDataset labels, string? folder, string file, bool allowMissing, EvalOutputs outputs)
    {
        var detections = CocoDetection.Load(file, labels.PersonCategory);
        var known = labels.Images.Select(image => image.Id).ToHashSet();
        var strange = detections.Select(detection => detection.ImageId).Where(id => !known.Contains(id)).Distinct().ToList();
        if (strange.Count > 0 && !allowMissing)
        {
            throw new InvalidDataException(
                $"{file}: {strange.Count} pictures are not among the annotations ({NameList.Some(strange.Select(id => id.ToString(CultureInfo.InvariantCulture)))}); "
                + "name the annotations that belong to these results, or leave the pictures out with --allow-missing.");
        }

        var report = EvalReport.OfResults(file, labels, detections, strange);
        outputs.Write(report, new(labels, folder ?? ""), detections);
        return ExitCodes.Ok;
    }
}
