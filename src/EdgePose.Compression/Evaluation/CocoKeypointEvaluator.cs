namespace EdgePose.Compression.Evaluation;

/// <summary>
/// COCO's keypoint evaluation: average precision and recall over object keypoint similarity (OKS). The rules are those of cocodataset.org's keypoint
/// evaluation page; the figures equal those of its published implementation to every printed digit (see the fixtures in the tests).
/// </summary>
public sealed class CocoKeypointEvaluator
{
    /// <summary>COCO counts at most so many detections a picture, the best first.</summary>
    public const int MaxDetectionsPerImage = 20;

    private const int All = 0;
    private const int Medium = 1;
    private const int Large = 2;

    /// <summary>Square pixels; COCO evaluates no small people's keypoints on their own.</summary>
    private static readonly (double Least, double Most)[] AreaRanges = [(0, 1e10), (32 * 32, 96 * 96), (96 * 96, 1e10)];

    private static readonly double[] OksThresholds = [.50, .55, .60, .65, .70, .75, .80, .85, .90, .95];

    private readonly CocoDataset truth;

    /// <summary>Makes an evaluator for a data set.</summary>
    public CocoKeypointEvaluator(CocoDataset truth)
    {
        ArgumentNullException.ThrowIfNull(truth);
        this.truth = truth;
    }

    /// <summary>Evaluates detections on all pictures of the data set; those on other pictures are ignored.</summary>
    /// <exception cref="ArgumentException">A detection or a labelled person has other than 17 keypoints.</exception>
    public CocoAveragePrecision Evaluate(IEnumerable<CocoDetection> detections)
    {
        ArgumentNullException.ThrowIfNull(detections);
        var people = truth.Annotations.ToLookup(annotation => annotation.ImageId);
        var found = detections.ToLookup(detection => detection.ImageId);
        CocoImageMatcher[] matchers =
        [
            .. truth.Images.Select(image => image.Id).Distinct().Order().Select(id => new CocoImageMatcher([.. people[id]], [.. found[id]])),
        ];

        var curves = new PrecisionCurve[AreaRanges.Length, OksThresholds.Length];
        for (var range = 0; range < AreaRanges.Length; range++)
        {
            for (var threshold = 0; threshold < OksThresholds.Length; threshold++)
            {
                var (least, most) = AreaRanges[range];
                var oks = OksThresholds[threshold];
                curves[range, threshold] = PrecisionCurve.Of(matchers.Select(matcher => matcher.Match(oks, least, most)));
            }
        }

        double Mean(int range, Func<PrecisionCurve, double[]> figures, int? only = null) => PairwiseMean.Of(
        [
            .. Enumerable.Range(0, OksThresholds.Length).Where(threshold => only is null || threshold == only).SelectMany(threshold => figures(curves[range, threshold])),
        ]);

        static double[] Precision(PrecisionCurve curve) => curve.Precisions;
        static double[] Recall(PrecisionCurve curve) => curve.Recall is { } recall ? [recall] : [];
        const int At50 = 0;
        const int At75 = 5;
        return new(
            Mean(All, Precision), Mean(All, Precision, At50), Mean(All, Precision, At75), Mean(Medium, Precision), Mean(Large, Precision),
            Mean(All, Recall), Mean(All, Recall, At50), Mean(All, Recall, At75), Mean(Medium, Recall), Mean(Large, Recall));
    }
}
