namespace EdgePose.Compression.Evaluation;

/// <summary>
/// COCO's keypoint evaluation: average precision and recall over object keypoint similarity (OKS). The rules are those of cocodataset.org's keypoint
/// evaluation page; the figures equal those of its published implementation to every printed digit (see the fixtures in the tests).
/// </summary>
public sealed class CocoKeypointEvaluator
{
    /// <summary>The most detections per picture that COCO counts, the best first.</summary>
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
        var matchers = Matchers(detections);
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

    /// <summary>
    /// How far AP would spread over other sets of as many pictures: its standard error by the bootstrap (Efron 1979), whole pictures drawn with replacement. Two
    /// networks whose figures lie closer together than this cannot be told apart by AP alone.
    /// </summary>
    /// <param name="detections">As for <see cref="Evaluate"/>.</param>
    /// <param name="resamplings">How often pictures are drawn; 200 tell the error to about a twentieth of itself.</param>
    /// <param name="seed">Of the draws: two runs agree.</param>
    /// <returns>0 to 1; 0 where there is nothing to resample.</returns>
    public double StandardError(IEnumerable<CocoDetection> detections, int resamplings = 200, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(detections);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamplings, 2);
        var matchers = Matchers(detections);
        if (matchers.Length == 0)
        {
            return 0;
        }

        var (least, most) = AreaRanges[All];
        ImageMatches[][] matches = [.. OksThresholds.Select(oks => matchers.Select(matcher => matcher.Match(oks, least, most)).ToArray())];
        var random = new Random(seed);
        List<double> aps = [];
        for (var i = 0; i < resamplings; i++)
        {
            int[] drawn = [.. Enumerable.Range(0, matchers.Length).Select(_ => random.Next(matchers.Length))];
            var ap = PairwiseMean.Of([.. matches.SelectMany(atThreshold => PrecisionCurve.Of(drawn.Select(picture => atThreshold[picture])).Precisions)]);
            if (ap >= 0)
            {
                aps.Add(ap);
            }
        }

        return aps.Count < 2 ? 0 : Math.Sqrt(aps.Sum(ap => Math.Pow(ap - aps.Average(), 2)) / (aps.Count - 1));
    }

    private CocoImageMatcher[] Matchers(IEnumerable<CocoDetection> detections)
    {
        var people = truth.Annotations.ToLookup(annotation => annotation.ImageId);
        var found = detections.ToLookup(detection => detection.ImageId);
        return [.. truth.Images.Select(image => image.Id).Distinct().Order().Select(id => new CocoImageMatcher([.. people[id]], [.. found[id]]))];
    }
}
