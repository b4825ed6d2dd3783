namespace EdgePose.Compression.Evaluation;

/// <summary>How well one labelled person was found.</summary>
/// <param name="Person">The label.</param>
/// <param name="Match">The detection that COCO's rule gives to this person, or null for a missed one.</param>
/// <param name="Oks">OKS of the match, 0 for a missed person.</param>
/// <param name="BestOks">The best OKS of any detection, matched or not.</param>
public sealed record PersonScore(CocoAnnotation Person, CocoDetection? Match, double Oks, double BestOks);

/// <summary>What became of one picture, at OKS .50. Crowds and people without keypoints count neither way.</summary>
/// <param name="Image">The picture.</param>
/// <param name="People">The people that were to be found.</param>
/// <param name="FalseDetections">Detections that match nobody, among the 20 best.</param>
public sealed record PictureScore(CocoImage Image, IReadOnlyList<PersonScore> People, IReadOnlyList<CocoDetection> FalseDetections)
{
    /// <summary>The OKS from which a person counts as found.</summary>
    public const double Threshold = 0.5;

    /// <summary>How many people were found.</summary>
    public int Found => People.Count(person => person.Match is not null);

    /// <summary>How many were not.</summary>
    public int Missed => People.Count - Found;

    /// <summary>Mean OKS of the people, a missed one counting 0; null where nobody was to be found.</summary>
    public double? MeanOks => People.Count > 0 ? People.Average(person => person.Oks) : null;

    /// <summary>
    /// 0 to 1: twice the sum of the matches' OKS over people plus detections, the F1 measure with OKS in place of a plain hit. It ranks pictures by how bad they
    /// are; COCO has no such figure, and none of its own is made of it.
    /// </summary>
    public double Quality => People.Count + FalseDetections.Count == 0 ? 1 : 2 * People.Sum(person => person.Oks) / (People.Count + Found + FalseDetections.Count);

    /// <summary>Scores each picture of a data set, in its order.</summary>
    public static IReadOnlyList<PictureScore> Of(CocoDataset truth, IEnumerable<CocoDetection> detections)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(detections);
        var people = truth.Annotations.ToLookup(annotation => annotation.ImageId);
        var found = detections.ToLookup(detection => detection.ImageId);
        return [.. truth.Images.Select(image => new CocoImageMatcher([.. people[image.Id]], [.. found[image.Id]]).Score(image, Threshold))];
    }

    /// <summary>The pictures of lowest quality first; of equal ones, those with more people missed, then by number.</summary>
    public static IEnumerable<PictureScore> WorstFirst(IEnumerable<PictureScore> scores) =>
        scores.OrderBy(score => score.Quality).ThenByDescending(score => score.Missed + score.FalseDetections.Count).ThenBy(score => score.Image.Id);
}
