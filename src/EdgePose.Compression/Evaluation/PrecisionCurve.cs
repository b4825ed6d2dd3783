namespace EdgePose.Compression.Evaluation;

/// <summary>Precision over recall at one OKS threshold, all pictures together.</summary>
/// <param name="Precisions">Precision at the recalls 0, 0.01, ... 1, 0 to 1 each; none where nobody was to be found.</param>
/// <param name="Recall">The share of people that were found, 0 to 1; null where nobody was to be found.</param>
internal readonly record struct PrecisionCurve(double[] Precisions, double? Recall)
{
    private const int RecallPoints = 101;
    private const double Epsilon = 2.220446049250313e-16;

    public static PrecisionCurve Of(IEnumerable<ImageMatches> images)
    {
        ImageMatches[] all = [.. images];
        var people = all.Sum(image => image.PeopleThatCount);
        if (people == 0)
        {
            return new([], null);
        }

        bool[] isRight = [.. all.SelectMany(image => image.Detections).OrderByDescending(detection => detection.Score).Select(detection => detection.IsRight)];
        var recalls = new double[isRight.Length];
        var precisions = new double[isRight.Length];
        var right = 0;
        for (var i = 0; i < isRight.Length; i++)
        {
            right += isRight[i] ? 1 : 0;
            recalls[i] = (double)right / people;
            precisions[i] = right / (i + 1 + Epsilon);
        }

        // Interpolated: the precision at a recall is the best at that recall or beyond.
        for (var i = isRight.Length - 2; i >= 0; i--)
        {
            precisions[i] = Math.Max(precisions[i], precisions[i + 1]);
        }

        var curve = new double[RecallPoints];
        for (var (point, i) = (0, 0); point < RecallPoints; point++)
        {
            while (i < recalls.Length && recalls[i] < point * 0.01)
            {
                i++;
            }

            curve[point] = i < recalls.Length ? precisions[i] : 0;
        }

        return new(curve, isRight.Length > 0 ? recalls[^1] : 0);
    }
}
