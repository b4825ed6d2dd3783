using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using EdgePose.Compression.Evaluation;
using EdgePose.Inference;

namespace EdgePose.Cli.Model;

/// <summary>What <c>model eval</c> prints: the figures, how they were measured, and everything that was left out of them.</summary>
internal sealed record EvalReport
{
    /// <summary>Network or file.</summary>
    public required string Subject { get; init; }

    /// <summary>SHA-256 of the network; null for a file of results.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The exit whose maps were decoded.</summary>
    public string? Exit { get; init; }

    /// <summary>How pictures were brought to the network.</summary>
    public string? Input { get; init; }

    /// <summary>That each person had a view of their own, and where their places came from; null for whole pictures.</summary>
    public string? Views { get; init; }

    public bool Flip { get; init; }

    public IReadOnlyList<double> Scales { get; init; } = [];

    /// <summary>What ran the network.</summary>
    public string? Runtime { get; init; }

    /// <summary>Pictures that the figures are about.</summary>
    public required int Pictures { get; init; }

    /// <summary>People that count: no crowds, at least one keypoint.</summary>
    public required int People { get; init; }

    public required int Detections { get; init; }

    /// <summary>COCO's figures, 0 to 1.</summary>
    public required CocoAveragePrecision Figures { get; init; }

    /// <summary>Standard error of AP over other sets of as many pictures, 0 to 1.</summary>
    public required double ApStandardError { get; init; }

    /// <summary>Which pixels the labels are of, where pictures have an EXIF orientation; null where none has.</summary>
    public string? Orientation { get; init; }

    /// <summary>Pictures that could not be read, and why; they count in no figure.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>Pictures in which nobody is labelled; they count.</summary>
    public IReadOnlyList<string> WithoutPeople { get; init; } = [];

    /// <summary>Files in the folder that the annotations do not name.</summary>
    public IReadOnlyList<string> FilesWithoutLabels { get; init; } = [];

    /// <summary>Numbers of pictures that annotations name but the file lacks.</summary>
    public IReadOnlyList<long> AnnotationsWithoutPicture { get; init; } = [];

    /// <summary>Numbers of pictures that only the results name.</summary>
    public IReadOnlyList<long> ResultsWithoutPicture { get; init; } = [];

    [JsonIgnore]
    private string Settings
    {
        get
        {
            if (Views is not null)
            {
                return Views;
            }

            var scales = Scales is [1] ? "single scale" : $"scales {string.Join(", ", Scales.Select(scale => scale.ToString(CultureInfo.InvariantCulture)))}";
            return $"{Input}, {scales}{(Flip ? " with flip" : "")}";
        }
    }

    public static EvalReport OfNetwork(NetworkManifest manifest, EvaluationOptions options, LabelledPictures pictures, NetworkEvaluation evaluation) =>
        Of(manifest.Id, evaluation.Labels, evaluation.Detections) with
        {
            Sha256 = manifest.Sha256, Exit = evaluation.Exit.Name, Input = options.Views is null ? options.Sizing.RoundedUpTo(manifest.Input.MultipleOf).ToString() : null,
            Views = options.Views?.RoundedUpTo(manifest.Input.MultipleOf).ToString(), Flip = options.Flip, Scales = options.Scales,
            Runtime = $"ONNX Runtime {OnnxRuntimeEnvironment.Version}, {evaluation.Providers?.ToString() ?? "nothing run"}",
            Orientation = pictures.OrientationNote,
            Unreadable = [.. evaluation.Faults.Select(fault => fault.ToString())],
            FilesWithoutLabels = pictures.FilesWithoutLabels(),
            AnnotationsWithoutPicture = [.. pictures.Labels.PicturesThatAreNotThere()],
        };

    public static EvalReport OfResults(string file, CocoDataset labels, IReadOnlyList<CocoDetection> detections, IReadOnlyList<long> strange) =>
        Of(file, labels, detections) with { ResultsWithoutPicture = strange, AnnotationsWithoutPicture = [.. labels.PicturesThatAreNotThere()] };

    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Subject}{(Exit is null ? "" : $", exit {Exit}")}");
        if ((Input ?? Views) is not null)
        {
            text.AppendLine(Settings).AppendLine(Runtime);
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"{Pictures} pictures, {People} people with keypoints, {Detections} detections");
        if (Orientation is not null)
        {
            text.AppendLine(Orientation);
        }

        Tell(text, "could not be read and count in no figure", Unreadable);
        Tell(text, "pictures have nobody labelled: whoever is found there is false", WithoutPeople);
        Tell(text, "files in the folder are not among the annotations and were not looked at", FilesWithoutLabels);
        Tell(text, "pictures are named by annotations but not listed: their people do not count", Numbers(AnnotationsWithoutPicture));
        Tell(text, "pictures of the results are not among the annotations: their detections do not count", Numbers(ResultsWithoutPicture));
        text.AppendLine(CultureInfo.InvariantCulture, $"standard error of AP over other pictures: {100 * ApStandardError:0.0}");
        string[] names = ["AP", "AP50", "AP75", "AP M", "AP L", "AR", "AR50", "AR75", "AR M", "AR L"];
        text.AppendLine().AppendLine(string.Concat(names.Select(name => name.PadLeft(7))));
        return text.Append(string.Concat(Figures.ToList().Select(Percent))).ToString();
    }

    /// <summary>Percent with a decimal, or a dash where nobody counts.</summary>
    public static string Percent(double figure) => (figure < 0 ? "-" : (100 * figure).ToString("0.0", CultureInfo.InvariantCulture)).PadLeft(7);

    private static EvalReport Of(string subject, CocoDataset labels, IReadOnlyList<CocoDetection> detections)
    {
        var images = labels.Images.Select(image => image.Id).ToHashSet();
        var evaluator = new CocoKeypointEvaluator(labels);
        return new()
        {
            Subject = subject,
            Pictures = labels.Images.Count,
            People = labels.Annotations.Count(person => person.IsCrowd == 0 && person.LabelledKeypoints > 0 && images.Contains(person.ImageId)),
            Detections = detections.Count,
            Figures = evaluator.Evaluate(detections),
            ApStandardError = evaluator.StandardError(detections),
            WithoutPeople = [.. labels.PicturesWithoutPeople().Select(image => image.FileName)],
        };
    }

    private static IEnumerable<string> Numbers(IEnumerable<long> ids) => ids.Select(id => id.ToString(CultureInfo.InvariantCulture));

    private static void Tell(StringBuilder text, string what, IEnumerable<string> names)
    {
        var all = names.ToList();
        if (all.Count > 0)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{all.Count} {what}: {NameList.Some(all)}");
        }
    }
}
