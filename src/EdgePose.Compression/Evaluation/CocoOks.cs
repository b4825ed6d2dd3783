namespace EdgePose.Compression.Evaluation;

/// <summary>Object keypoint similarity between a labelled person and a detection, in double precision as COCO computes it.</summary>
internal static class CocoOks
{
    private const int Keypoints = 17;

    /// <summary>Keeps an outline without an area from dividing by zero; the spacing of doubles at 1, as in COCO's evaluation.</summary>
    private const double Epsilon = 2.220446049250313e-16;

    /// <summary>(2 sigma)^2, from the sigmas in their published decimals: a float's rounding would show in the sixth digit of AP.</summary>
    private static readonly double[] Variances = [.. Skeletons.Coco17.OksSigmas.Select(sigma => Math.Pow(2 * Math.Round((double)sigma, 3), 2))];

    public static double Between(CocoAnnotation person, CocoDetection detection)
    {
        if (person.Keypoints.Count != 3 * Keypoints || detection.Keypoints.Count != 3 * Keypoints)
        {
            throw new ArgumentException(
                $"Picture {person.ImageId}: COCO people have {Keypoints} keypoints of 3 values, but a person has {person.Keypoints.Count} values and a detection {detection.Keypoints.Count}.");
        }

        var isLabelled = Enumerable.Range(0, Keypoints).Any(i => person.Keypoints[(3 * i) + 2] > 0);
        double sum = 0;
        var count = 0;
        for (var i = 0; i < Keypoints; i++)
        {
            if (isLabelled && person.Keypoints[(3 * i) + 2] <= 0)
            {
                continue;
            }

            var dx = isLabelled ? detection.Keypoints[3 * i] - person.Keypoints[3 * i] : Outside(detection.Keypoints[3 * i], person.Box[0], person.Box[2]);
            var dy = isLabelled
                ? detection.Keypoints[(3 * i) + 1] - person.Keypoints[(3 * i) + 1]
                : Outside(detection.Keypoints[(3 * i) + 1], person.Box[1], person.Box[3]);
            sum += Math.Exp(-((dx * dx) + (dy * dy)) / Variances[i] / ((person.Area ?? 0) + Epsilon) / 2);
            count++;
        }

        return sum / count;
    }

    /// <summary>A person without keypoints is matched by the distance to a box three times as large.</summary>
    private static double Outside(double position, double start, double size) =>
        Math.Max(0, start - size - position) + Math.Max(0, position - (start + (2 * size)));
}
