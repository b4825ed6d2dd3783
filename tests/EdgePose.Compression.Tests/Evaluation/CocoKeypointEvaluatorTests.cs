using System.Text.Json;
using EdgePose.Benchmarks;

namespace EdgePose.Compression.Evaluation.Tests;

public class CocoKeypointEvaluatorTests
{
    private static readonly double[] Standing =
        [.. Enumerable.Range(0, 17).SelectMany(k => new double[] { 100 + (10 * (k % 4)), 50 + (12 * k), 2 })];

    private static CocoAnnotation Person(long image, double[] keypoints, int crowd = 0) => new()
    {
        ImageId = image,
        Keypoints = keypoints,
        LabelledKeypoints = keypoints.Where((v, i) => i % 3 == 2 && v > 0).Count(),
        Box = [100, 50, 40, 200],
        Area = 5000,
        IsCrowd = crowd,
    };

    private static CocoDetection Detection(long image, double[] keypoints, double score = 0.5) => new() { ImageId = image, Keypoints = keypoints, Score = score };

    private static CocoAveragePrecision Evaluate(CocoAnnotation[] people, params CocoDetection[] detections) =>
        new CocoKeypointEvaluator(new() { Images = [new() { Id = 1 }, new() { Id = 2 }], Annotations = people }).Evaluate(detections);

    [Theory]
    [InlineData("person_keypoints_val2014_100_rebuilt.json")]
    [InlineData("fce_keypoints_gt.json")]
    public void Published_figures_are_reproduced_to_every_digit(string truth)
    {
        var expected = SharedMaterial.Find("data/oks/expected.json");
        if (expected is null)
        {
            Assert.Skip(SharedMaterial.Missing("data/oks/expected.json"));
        }

        var folder = Path.GetDirectoryName(expected)!;
        using var document = JsonDocument.Parse(File.ReadAllText(expected));
        var fixture = document.RootElement.GetProperty("cases").EnumerateArray().Single(one => one.GetProperty("gt").GetString() == truth);
        var figures = new CocoKeypointEvaluator(CocoDataset.Load(Path.Combine(folder, truth)))
            .Evaluate(CocoDetection.Load(Path.Combine(folder, fixture.GetProperty("dt").GetString()!)));
        var digits = fixture.GetProperty("recomputed").EnumerateArray().Select(value => value.GetDouble());
        Assert.Equal(digits, figures.ToList().Select(figure => Math.Round(figure, 6)));

        // As published: three decimals by one source, all that a double has by the other.
        foreach (var (published, figure) in fixture.GetProperty("published").EnumerateArray().Zip(figures.ToList()))
        {
            var text = published.GetRawText();
            var decimals = text.Contains('.', StringComparison.Ordinal) ? text.Length - text.IndexOf('.', StringComparison.Ordinal) - 1 : 0;
            Assert.Equal(published.GetDouble(), decimals > 15 ? figure : Math.Round(figure, decimals));
        }
    }

    [Fact]
    public void A_perfect_detection_has_an_ap_of_one()
    {
        var figures = Evaluate([Person(1, Standing)], Detection(1, Standing));
        Assert.Equal(1, figures.Ap, 1e-9);
        Assert.Equal(1, figures.ApMedium, 1e-9);
        Assert.Equal(-1, figures.ApLarge);
    }

    [Fact]
    public void The_standard_error_is_that_of_a_share_when_each_picture_has_one_person_found_or_not()
    {
        // 100 pictures, 36 of them found, no false detections: AP is the share found to a hundredth (101 recalls), and a share's error is known.
        CocoDataset labels = new()
        {
            Images = [.. Enumerable.Range(1, 100).Select(id => new CocoImage { Id = id })], Annotations = [.. Enumerable.Range(1, 100).Select(id => Person(id, Standing))],
        };
        var evaluator = new CocoKeypointEvaluator(labels);
        CocoDetection[] found = [.. Enumerable.Range(1, 36).Select(id => Detection(id, Standing))];
        Assert.Equal(0.36, evaluator.Evaluate(found).Ap, 0.01);
        Assert.Equal(Math.Sqrt(.36 * .64 / 100), evaluator.StandardError(found, 1000), 0.005);
        Assert.Equal(evaluator.StandardError(found), evaluator.StandardError(found));
        Assert.Equal(0, new CocoKeypointEvaluator(new() { Images = [], Annotations = [] }).StandardError([]));
    }

    [Fact]
    public void No_detection_has_an_ap_of_zero() => Assert.Equal(0, Evaluate([Person(1, Standing)]).Ap);

    [Fact]
    public void A_wrong_detection_that_ranks_first_halves_the_precision()
    {
        var shifted = Standing.Select((v, i) => i % 3 == 0 ? v + 300 : v).ToArray();
        Assert.Equal(0.5, Evaluate([Person(1, Standing)], Detection(1, Standing), Detection(1, shifted, score: 0.9)).Ap, 1e-9);
    }

    [Fact]
    public void Detections_of_a_crowd_count_neither_way()
    {
        var figures = Evaluate(
            [Person(1, Standing), Person(2, new double[51], crowd: 1)], Detection(1, Standing), Detection(2, Standing, 0.9), Detection(2, Standing, 0.8));
        Assert.Equal(1, figures.Ap, 1e-9);
    }

    [Fact]
    public void Only_the_twenty_best_detections_of_a_picture_count()
    {
        var far = Standing.Select(v => v + 1000).ToArray();
        var figures = Evaluate([Person(1, Standing)], [.. Enumerable.Range(0, 20).Select(_ => Detection(1, far, 0.9)), Detection(1, Standing, 0.1)]);
        Assert.Equal(0, figures.Ar);
    }

    [Fact]
    public void A_detection_with_other_keypoints_is_refused() =>
        Assert.Throws<ArgumentException>(() => Evaluate([Person(1, Standing)], Detection(1, [1, 2, 3])));
}
