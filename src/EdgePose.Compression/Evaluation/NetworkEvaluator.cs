using EdgePose.Compression.Graphs;
using EdgePose.Compression.Packages;
using EdgePose.Compression.Shapes;
using EdgePose.Decoding;
using EdgePose.Inference;

namespace EdgePose.Compression.Evaluation;

/// <summary>What a network found in a set of labelled pictures.</summary>
/// <param name="Labels">The labels of the pictures that could be read: what the figures are about.</param>
/// <param name="Detections">In the order of the labels.</param>
/// <param name="Faults">The pictures that could not.</param>
/// <param name="Exit">The exit whose maps were decoded.</param>
/// <param name="Providers">What ran the network; null where no picture could be read.</param>
public sealed record NetworkEvaluation(
    CocoDataset Labels, IReadOnlyList<CocoDetection> Detections, IReadOnlyList<PictureFault> Faults, NetworkExit Exit, ProviderReport? Providers)
{
    /// <summary>COCO's ten figures, over the pictures that could be read.</summary>
    public CocoAveragePrecision Figures() => new CocoKeypointEvaluator(Labels).Evaluate(Detections);
}

/// <summary>
/// Runs a network over labelled pictures: each through the letterbox, the network and the decoder that the daemon uses, and into COCO's seventeen keypoints. Two
/// runs on one machine agree exactly.
/// </summary>
public sealed class NetworkEvaluator
{
    private readonly NetworkManifest manifest;
    private readonly EvaluationOptions options;
    private readonly OnnxGraph graph;

    /// <summary>Makes an evaluator. Reads the file with the tools' own reader: what it does not know is refused before the runtime gets it, which would run anything for as long as it takes.</summary>
    /// <exception cref="NetworkException">The network has no such exit, or its file is at fault.</exception>
    public NetworkEvaluator(NetworkManifest manifest, EvaluationOptions options)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(options);
        (this.manifest, this.options) = (manifest, options);
        Exit = manifest.FindExit(options.Exit);
        graph = NetworkPackage.Open(manifest).Model.Graph;
    }

    /// <summary>The exit whose maps are decoded.</summary>
    public NetworkExit Exit { get; }

    /// <summary>Evaluates every picture. Pictures of one input shape are run together, whatever their order, so that each shape's network is opened once.</summary>
    /// <param name="pictures">Labels and pictures.</param>
    /// <param name="onPicture">Receives each picture, and its fault where it has one.</param>
    /// <param name="stop">Ends the run.</param>
    /// <exception cref="NetworkException">The network cannot be opened, or fails; with the remedy.</exception>
    /// <exception cref="OperationCanceledException">The run was ended.</exception>
    public NetworkEvaluation Run(LabelledPictures pictures, Action<PictureFault?>? onPicture = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        if (options.Views is not null)
        {
            return RunViews(options.Views, pictures, onPicture, stop);
        }

        var found = new Dictionary<long, List<CocoDetection>>();
        var faults = new Dictionary<long, PictureFault>();
        ProviderReport? providers = null;
        var shaped = pictures.Labels.Images.Select(image => (Image: image, Shapes: ShapesOf(pictures, image)));
        foreach (var group in shaped.GroupBy(one => string.Join(' ', one.Shapes), one => one).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            stop.ThrowIfCancellationRequested();
            var shapes = group.First().Shapes;
            foreach (var shape in shapes)
            {
                _ = ShapeInference.ForPictures(graph, 1, shape.InputHeightPx, shape.InputWidthPx);
            }

            using var runner = shapes.Length == 0 ? null : new PictureRunner(manifest, shapes, options);
            providers ??= runner?.Providers;
            foreach (var (image, _) in group)
            {
                stop.ThrowIfCancellationRequested();
                using var picture = pictures.Read(image, out var fault);
                if (picture is not null && runner is not null)
                {
                    found[image.Id] = Detections(image, runner.Detect(picture));
                }
                else
                {
                    faults[image.Id] = fault!;
                }

                onPicture?.Invoke(fault);
            }
        }

        return Evaluation(pictures, found, faults, providers);
    }

    /// <summary>One person after another, each in a view of their own. Another order of the pictures changes nothing: a place's error depends on the person's place in the labels alone.</summary>
    private NetworkEvaluation RunViews(ViewOptions views, LabelledPictures pictures, Action<PictureFault?>? onPicture, CancellationToken stop)
    {
        var found = new Dictionary<long, List<CocoDetection>>();
        var faults = new Dictionary<long, PictureFault>();
        var places = views.Finder is null ? LabelledPlaces(views, pictures.Labels) : FoundPlaces(views, views.Finder, pictures, stop);
        using var runner = new ViewRunner(manifest, options);
        foreach (var image in pictures.Labels.Images)
        {
            stop.ThrowIfCancellationRequested();
            using var picture = pictures.Read(image, out var fault);
            if (picture is null)
            {
                faults[image.Id] = fault!;
            }
            else
            {
                var detections = places[image.Id].Select(place => runner.Detect(image.Id, picture, place)).OfType<CocoDetection>();
                found[image.Id] = views.Finder is null ? [.. detections] : ViewRunner.Distinct(detections);
            }

            onPicture?.Invoke(fault);
        }

        return Evaluation(pictures, found, faults, runner.Providers);
    }

    private static ILookup<long, PersonPlace> LabelledPlaces(ViewOptions views, CocoDataset labels) =>
        labels.Annotations.Select((person, i) => (Person: person, Random: new Random(SeedOf(views.Seed, i))))
            .Where(one => one.Person.IsCrowd == 0 && one.Person.LabelledKeypoints > 0)
            .ToLookup(one => one.Person.ImageId, one => PersonPlace.Of(one.Person).Wrong(views.Jitter, one.Random));

    private ILookup<long, PersonPlace> FoundPlaces(ViewOptions views, NetworkManifest finder, LabelledPictures pictures, CancellationToken stop) =>
        new NetworkEvaluator(finder, options with { Views = null, Sizing = views.FinderSizing, Exit = null, Flip = false, Scales = [1] }).Run(pictures, null, stop)
            .Detections.ToLookup(detection => detection.ImageId, PersonPlace.Of);

    /// <summary>A seed of two numbers that is the same on every machine, which HashCode's is not.</summary>
    private static int SeedOf(int seed, int index) => unchecked((seed * 1_000_003) + index);

    private NetworkEvaluation Evaluation(
        LabelledPictures pictures, Dictionary<long, List<CocoDetection>> found, Dictionary<long, PictureFault> faults, ProviderReport? providers)
    {
        // A picture that could not be read says nothing about the network: neither its people nor its detections count.
        var labels = pictures.Labels with
        {
            Images = [.. pictures.Labels.Images.Where(image => found.ContainsKey(image.Id))],
            Annotations = [.. pictures.Labels.Annotations.Where(annotation => !faults.ContainsKey(annotation.ImageId))],
        };
        return new(
            labels, [.. labels.Images.SelectMany(image => found[image.Id])],
            [.. pictures.Labels.Images.Where(image => faults.ContainsKey(image.Id)).Select(image => faults[image.Id])], Exit, providers);
    }

    private List<CocoDetection> Detections(CocoImage image, PoseList poses)
    {
        var mapper = new PoseMapper(manifest.Skeleton, Skeletons.Coco17);
        var mapped = new PoseList(Skeletons.Coco17, Math.Max(1, poses.Count));
        mapper.Map(poses, mapped);
        List<CocoDetection> detections = [];
        for (var i = 0; i < mapped.Count; i++)
        {
            if (CocoDetection.Of(image.Id, mapped[i]) is { } detection)
            {
                detections.Add(detection);
            }
        }

        return detections;
    }

    /// <summary>The input shapes of a picture, one a scale; none for a picture whose size is not said and cannot be read.</summary>
    private NetworkShape[] ShapesOf(LabelledPictures pictures, CocoImage image)
    {
        var (width, height) = (image.Width, image.Height);
        if (width <= 0 || height <= 0)
        {
            using var picture = pictures.Read(image, out _);
            if (picture is null)
            {
                return [];
            }

            (width, height) = (picture.Width, picture.Height);
        }

        return [.. options.Scales.Select(scale => options.Sizing.ShapeFor(width, height, scale, manifest.Input.MultipleOf))];
    }
}
