namespace EdgePose.Compression.Evaluation;

/// <summary>Detections of one picture that count, best first, and how many people there were to find.</summary>
internal readonly record struct ImageMatches(IReadOnlyList<(double Score, bool IsRight)> Detections, int PeopleThatCount);

/// <summary>Matches the detections of one picture to its labelled people by OKS, the way COCO does: greedily, the best-scored detection first.</summary>
internal sealed class CocoImageMatcher
{
    private const int None = -1;

    private readonly CocoAnnotation[] people;
    private readonly CocoDetection[] detections;
    private readonly bool[] hasNothingToFind;
    private readonly double[] areas;
    private readonly double[,] oks;

    public CocoImageMatcher(CocoAnnotation[] people, CocoDetection[] detections)
    {
        this.people = people;
        this.detections = [.. detections.OrderByDescending(detection => detection.Score).Take(CocoKeypointEvaluator.MaxDetectionsPerImage)];
        hasNothingToFind = [.. people.Select(person => person.IsCrowd != 0 || person.LabelledKeypoints == 0)];
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
        bool IsIgnored(int p) => HasNothingToFind(p) || people[p].Area < leastArea || people[p].Area > mostArea;
        var matches = Assign(threshold, IsIgnored);
        List<(double Score, bool IsRight)> counted = [];
        for (var d = 0; d < detections.Length; d++)
        {
            // Matched to an ignored person, or a miss whose own area is outside the range: neither right nor wrong.
            var isIgnored = matches[d] != None ? IsIgnored(matches[d]) : areas[d] < leastArea || areas[d] > mostArea;
            if (!isIgnored)
            {
                counted.Add((detections[d].Score, matches[d] != None));
            }
        }

        return new(counted, Enumerable.Range(0, people.Length).Count(p => !IsIgnored(p)));
    }

    /// <summary>Person by person, at one OKS threshold and whatever the area.</summary>
    public PictureScore Score(CocoImage image, double threshold)
    {
        var matches = Assign(threshold, HasNothingToFind);
        var scores = Enumerable.Range(0, people.Length).Where(p => !HasNothingToFind(p)).Select(p =>
        {
            var d = Array.IndexOf(matches, p);
            var best = Enumerable.Range(0, detections.Length).Select(other => oks[other, p]).DefaultIfEmpty(0).Max();
            return new PersonScore(people[p], d == None ? null : detections[d], d == None ? 0 : oks[d, p], best);
        });
        return new(image, [.. scores], [.. detections.Where((_, d) => matches[d] == None)]);
    }

    private bool HasNothingToFind(int p) => hasNothingToFind[p];

    /// <summary>The person of each detection.</summary>
    private int[] Assign(double threshold, Func<int, bool> isIgnored)
    {
        // People that count come first: a detection is matched to an ignored one only when no other fits.
        int[] order = [.. Enumerable.Range(0, people.Length).OrderBy(p => isIgnored(p) ? 1 : 0)];
        var taken = new bool[people.Length];
        var matches = new int[detections.Length];
        for (var d = 0; d < detections.Length; d++)
        {
            matches[d] = BestMatch(d, threshold, order, taken, isIgnored);
            if (matches[d] != None)
            {
                taken[matches[d]] = true;
            }
        }

        return matches;
    }

    private int BestMatch(int detection, double threshold, int[] order, bool[] taken, Func<int, bool> isIgnored)
    {
        var best = Math.Min(threshold, 1 - 1e-10);
        var match = None;
        foreach (var p in order)
        {
            if (taken[p] && people[p].IsCrowd == 0)
            {
                continue; // a crowd may be matched any number of times
            }

            if (match != None && !isIgnored(match) && isIgnored(p))
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
