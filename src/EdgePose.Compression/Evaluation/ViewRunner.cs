using EdgePose.Decoding;
using EdgePose.Inference;
using OpenCvSharp;

namespace EdgePose.Compression.Evaluation;

/// <summary>Looks at one person after another, each in a view of their own, with the daemon's preprocessor, network and decoder.</summary>
internal sealed class ViewRunner : IDisposable
{
    /// <summary>Two poses of one picture that are alike by more than this are one person in two views.</summary>
    private const double Same = 0.7;

    private readonly PoseNetwork network;
    private readonly Preprocessor preprocessor;
    private readonly PoseDecoder decoder;
    private readonly PoseMapper mapper;
    private readonly PoseList poses;
    private readonly PoseList one;
    private readonly PoseList mapped;

    /// <exception cref="NetworkException">The network cannot be opened; with the remedy.</exception>
    public ViewRunner(NetworkManifest manifest, EvaluationOptions options)
    {
        var views = options.Views!;
        var multiple = manifest.Input.MultipleOf;
        network = PoseNetwork.Open(manifest, new(NetworkShape.RoundUp(views.HeightPx, multiple), NetworkShape.RoundUp(views.WidthPx, multiple), 1), options.Execution, options.Exit);
        preprocessor = new(manifest.Input);
        decoder = new(manifest.Skeleton, options.Decoder);
        mapper = new(manifest.Skeleton, Skeletons.Coco17);
        poses = new(manifest.Skeleton);
        one = new(manifest.Skeleton, 1);
        mapped = new(Skeletons.Coco17, 1);
    }

    /// <summary>What ran.</summary>
    public ProviderReport Providers => network.Providers;

    public void Dispose() => network.Dispose();

    /// <summary>The pose that fits a place best, or null where none lies in it.</summary>
    public CocoDetection? Detect(long imageId, Mat picture, PersonPlace place)
    {
        var (height, width, stride) = (network.Shape.InputHeightPx, network.Shape.InputWidthPx, network.Manifest.StridePx);
        var view = place.ViewOf(height, width);
        using (var pixels = view.Cut(picture))
        {
            preprocessor.Prepare(pixels.AsSpan<byte>(), width, height, (int)pixels.Step(), PixelFormat.Bgr, network.Input(0, 0), Letterbox.Fit(width, height, width, height));
        }

        network.Run(0, 1);
        decoder.Decode(network.Heatmaps(0, 0), network.Pafs(0, 0), poses);
        var (best, chosen) = (0.0, -1);
        for (var i = 0; i < poses.Count; i++)
        {
            var fit = view.Fit(poses[i], stride);
            (best, chosen) = fit > best ? (fit, i) : (best, chosen);
        }

        if (chosen < 0 && network.Exit.Pafs is null && poses.Count == 1)
        {
            chosen = 0; // a network without PAFs gives one pose, and it is the view's person
        }

        if (chosen < 0)
        {
            return null;
        }

        one.Clear();
        _ = one.TryAdd(poses[chosen].Score, out var keypoints);
        poses[chosen].Keypoints.CopyTo(keypoints);
        view.Window.ToSource(one, stride);
        mapper.Map(one, mapped);
        return CocoDetection.Of(imageId, mapped[0]);
    }

    /// <summary>The detections without those that are a better one once more: two places of one body, as a first look leaves them.</summary>
    public static List<CocoDetection> Distinct(IEnumerable<CocoDetection> detections)
    {
        List<CocoDetection> kept = [];
        foreach (var detection in detections.OrderByDescending(detection => detection.Score))
        {
            if (kept.TrueForAll(better => CocoOks.Between(AsPerson(better), detection) <= Same))
            {
                kept.Add(detection);
            }
        }

        return kept;
    }

    /// <summary>A detection as what another one is compared with: its keypoints, all of them, at the scale of their box.</summary>
    private static CocoAnnotation AsPerson(CocoDetection detection)
    {
        var xs = detection.Keypoints.Where((_, i) => i % 3 == 0).ToList();
        var ys = detection.Keypoints.Where((_, i) => i % 3 == 1).ToList();
        return new()
        {
            ImageId = detection.ImageId, Box = [xs.Min(), ys.Min(), xs.Max() - xs.Min(), ys.Max() - ys.Min()], Area = (xs.Max() - xs.Min()) * (ys.Max() - ys.Min()),
            Keypoints = detection.Keypoints,
        };
    }
}
