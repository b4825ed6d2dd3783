namespace EdgePose.Compression.Evaluation;

/// <summary>Detections of one picture that count, best first, and how many people there were to find.</summary>
internal readonly record struct ImageMatches(IReadOnlyList<(double Score, bool IsRight)> Detections, int PeopleThatCount);

/// <summary>Matches the detections of one picture to its labelled people by OKS, the way COCO does: greedily, the best-scored detection first.</summary>
internal sealed class CocoImageMatcher
{
    private readonly CocoAnnotation[] people;
    private readonly CocoDetection[] detections;
    private readonly double[] areas;
    private readonly double[,] oks;

    public CocoImageMatcher(CocoAnnotation[] people, CocoDetection[] detections)
    {
        this.people = people;
        this.detections = [.. detections.OrderByDescending(detection => detection.Score).Take(CocoKeypointEvaluator.MaxDetectionsPerImage)];
        areas = [.. this.detections.Select(AreaOf)];
        oks = new double[this.detections.Length, people.Length];
        for (var d = 0; d < this.detections.Length; d++)
        {
            for (var p = 0; p < people.Length; p++)
            {
                oks[d, p] = CocoOks.Between(people[p], this.detections[d]);
            }
        }
    }

    /// <summary>Matches at one OKS threshold and range of areas.</summary>
    public ImageMatches Match(double threshold, double leastArea, double mostArea)
    {
        bool IsIgnored(int p) =>
            people[p].IsCrowd != 0 || people[p].LabelledKeypoints == 0 || people[p].Area < leastArea || people[p].Area > mostArea;

        // People that count come first: a detection is matched to an ignored one only when no other fits.
        int[] order = [.. Enumerable.Range(0, people.Length).OrderBy(p => IsIgnored(p) ? 1 : 0)];
        var taken = new bool[people.Length];
        List<(double Score, bool IsRight)> counted = [];
        for (var d = 0; d < detections.Length; d++)
        {
            var match = BestMatch(d, threshold, order, taken, IsIgnored);
            if (match >= 0)
            {
                taken[match] = true;
            }

            // Matched to an ignored person, or a miss whose own area is outside the range: neither right nor wrong.
            var isIgnored = match >= 0 ? IsIgnored(match) : areas[d] < leastArea || areas[d] > mostArea;
            if (!isIgnored)
            {
                counted.Add((detections[d].Score, match >= 0));
            }
        }

        return new(counted, order.Count(p => !IsIgnored(p)));
    }

    private int BestMatch(int detection, double threshold, int[] order, bool[] taken, Func<int, bool> isIgnored)
    {
        var best = Math.Min(threshold, 1 - 1e-10);
        var match = -1;
        foreach (var p in order)
        {
            if (taken[p] && people[p].IsCrowd == 0)
            {
                continue; // a crowd may be matched any number of times
            }

            if (match >= 0 && !isIgnored(match) && isIgnored(p))
            {
                break; // only ignored people are left
            }

            if (oks[detection, p] >= best)
            {
                best = oks[detection, p];
                match = p;
            }
        }

        return match;
    }

    /// <summary>The box round all 17 points, found or not: COCO's rule, and why absent points must not be filled with (0, 0).</summary>
    private static double AreaOf(CocoDetection detection)
    {
        var xs = detection.Keypoints.Where((_, i) => i % 3 == 0);
        var ys = detection.Keypoints.Where((_, i) => i % 3 == 1);
        return (xs.Max() - xs.Min()) * (ys.Max() - ys.Min());
    }
}
