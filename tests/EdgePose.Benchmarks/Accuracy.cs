using EdgePose.Compression.Evaluation;
using EdgePose.Decoding;

namespace EdgePose.Benchmarks;

/// <summary>OKS-AP of decoders on the same maps, so that they can be told apart from the network.</summary>
public static class Accuracy
{
    private delegate void Decode(Heatmaps heatmaps, Pafs pafs, PoseList poses);

    /// <summary>Prints the AP of the decoder and of the reference at two heights; a folder named in the arguments keeps the maps for the next run.</summary>
    public static int Run(string[] arguments)
    {
        if (SharedMaterial.Find(TeacherMaps.NetworkPath) is null)
        {
            Console.WriteLine($"Skipped: {SharedMaterial.Missing(TeacherMaps.NetworkPath)}");
            return 0;
        }

        Console.WriteLine("height  decoder    AP    AP50   AP75   AP medium  AP large");
        foreach (var height in new[] { 256, 368 })
        {
            var (ours, reference) = Compare([.. TeacherMaps.Of(height, arguments.FirstOrDefault())], new());
            Print(height, "ours", ours);
            Print(height, "x4", reference);
        }

        return 0;
    }

    /// <summary>AP of the decoder and of the reference on these pictures.</summary>
    public static (CocoAveragePrecision Ours, CocoAveragePrecision Reference) Compare(IReadOnlyList<PictureMaps> pictures, DecoderOptions options)
    {
        var evaluator = new CocoKeypointEvaluator(LabelsOf(pictures));
        return (evaluator.Evaluate(Ours(pictures, options)), evaluator.Evaluate(Reference(pictures)));
    }

    /// <summary>What the decoder finds.</summary>
    public static IReadOnlyList<CocoDetection> Ours(IReadOnlyList<PictureMaps> pictures, DecoderOptions options) =>
        Detect(pictures, new PoseDecoder(Skeletons.Coco18, options).Decode);

    /// <summary>What the reference finds.</summary>
    public static IReadOnlyList<CocoDetection> Reference(
        IReadOnlyList<PictureMaps> pictures, float peakThreshold = ReferenceDecoder.NormalPeakThreshold, float pafThreshold = ReferenceDecoder.NormalPafThreshold) =>
        Detect(pictures, new ReferenceDecoder(Skeletons.Coco18, peakThreshold, pafThreshold).Decode);

    /// <summary>The labels of these pictures and no others.</summary>
    public static CocoDataset LabelsOf(IEnumerable<PictureMaps> pictures)
    {
        var ids = pictures.Select(picture => picture.ImageId).ToHashSet();
        var labels = TeacherMaps.LoadLabels();
        return labels with
        {
            Images = [.. labels.Images.Where(image => ids.Contains(image.Id))], Annotations = [.. labels.Annotations.Where(person => ids.Contains(person.ImageId))],
        };
    }

    private static void Print(int height, string decoder, CocoAveragePrecision figures) => Console.WriteLine(
        $"{height,6}  {decoder,-8} {100 * figures.Ap,5:F2}  {100 * figures.Ap50,5:F2}  {100 * figures.Ap75,5:F2}  {100 * figures.ApMedium,9:F2}  {100 * figures.ApLarge,8:F2}");

    private static List<CocoDetection> Detect(IReadOnlyList<PictureMaps> pictures, Decode decode)
    {
        var poses = new PoseList(Skeletons.Coco18);
        var cocoPoses = new PoseList(Skeletons.Coco17);
        var mapper = new PoseMapper(Skeletons.Coco18, Skeletons.Coco17);
        List<CocoDetection> detections = [];
        foreach (var picture in pictures)
        {
            decode(picture.Heatmaps, picture.Pafs, poses);
            mapper.Map(poses, cocoPoses);
            for (var i = 0; i < cocoPoses.Count; i++)
            {
                foreach (ref var keypoint in cocoPoses.KeypointsOf(i))
                {
                    keypoint = keypoint with { X = (float)picture.ToSourcePx(keypoint.X), Y = (float)picture.ToSourcePx(keypoint.Y) };
                }

                if (CocoDetection.Of(picture.ImageId, cocoPoses[i]) is { } detection)
                {
                    detections.Add(detection);
                }
            }
        }

        return detections;
    }
}
