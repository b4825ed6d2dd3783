using EdgePose.Inference;
using OpenCvSharp;

namespace EdgePose.Compression.Evaluation.Tests;

public sealed class ViewEvaluationTests : IDisposable
{
    private const int Spot = 8;
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-views-").FullName;

    // Heatmaps of the brightness of each cell, as in NetworkEvaluatorTests: whoever is a bright spot is found where the spot is.
    private readonly NetworkFolder network = new(
        new OnnxWriter(8, 1f / (3 * 8 * 8 * 255)).Input("image", -1, 3, -1, -1).Output("heat", 19).ToArray(), manifest => manifest["exits"]![0]!.AsObject().Remove("pafs"));

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        network.Dispose();
    }

    private static CocoAnnotation Person(int id, double x, double y, double size = 96) => new()
    {
        Id = id, ImageId = 1, Area = 4000, Box = [x - (size / 2), y - (size / 2), size, size], LabelledKeypoints = 17,
        Keypoints = [.. Enumerable.Range(0, 17).SelectMany(_ => new[] { x, y, 2 })],
    };

    /// <summary>One black picture with a bright spot in the middle of each person.</summary>
    private LabelledPictures Pictures(params CocoAnnotation[] people)
    {
        using var picture = new Mat(200, 400, MatType.CV_8UC3, Scalar.Black);
        foreach (var person in people)
        {
            Cv2.Rectangle(picture, new Rect((int)(person.Keypoints[0] - 3.5), (int)(person.Keypoints[1] - 3.5), Spot, Spot), Scalar.White, -1);
        }

        picture.ImWrite(Path.Combine(folder, "1.png"));
        return new(new() { Images = [new() { Id = 1, FileName = "1.png", Width = 400, Height = 200 }], Annotations = people }, folder);
    }

    private NetworkEvaluation Run(LabelledPictures pictures, ViewOptions views) =>
        new NetworkEvaluator(NetworkManifest.Load(network.Manifest), new() { Views = views, Execution = NetworkFolder.Cpu }).Run(pictures);

    [Fact]
    public void Everybody_is_found_in_a_view_of_their_own_where_a_whole_picture_has_one_person()
    {
        var pictures = Pictures(Person(1, 100.5, 100.5), Person(2, 300.5, 90.5));
        var evaluation = Run(pictures, new() { HeightPx = 128, WidthPx = 128 });
        Assert.Equal(2, evaluation.Detections.Count);
        Assert.Equal(1, evaluation.Figures().Ap50, 1e-9);
        foreach (var (person, found) in pictures.Labels.Annotations.Zip(evaluation.Detections))
        {
            Assert.Equal(person.Keypoints[0], found.Keypoints[0], 2.0);
            Assert.Equal(person.Keypoints[1], found.Keypoints[1], 2.0);
        }
    }

    [Fact]
    public void A_wrong_place_moves_the_view_and_not_what_is_found_and_two_runs_agree()
    {
        var pictures = Pictures(Person(1, 100.5, 100.5), Person(2, 300.5, 90.5));
        var (first, again, other) = (
            Run(pictures, new() { HeightPx = 128, WidthPx = 128, Jitter = 0.05 }), Run(pictures, new() { HeightPx = 128, WidthPx = 128, Jitter = 0.05 }),
            Run(pictures, new() { HeightPx = 128, WidthPx = 128, Jitter = 0.05, Seed = 2 }));
        Assert.Equal(first.Detections.SelectMany(one => one.Keypoints), again.Detections.SelectMany(one => one.Keypoints));
        Assert.NotEqual(first.Detections[0].Keypoints, other.Detections[0].Keypoints);
        Assert.Equal(100.5, first.Detections[0].Keypoints[0], 3.0);
    }

    [Fact]
    public void Places_can_come_from_a_look_at_the_whole_picture()
    {
        // The finder is the same network: it sees one spot, and all seventeen keypoints in it, so the place is a point that the view enlarges.
        var views = new ViewOptions { HeightPx = 128, WidthPx = 128, Finder = NetworkManifest.Load(network.Manifest), FinderSizing = InputSizing.OfHeight(200) };
        var evaluation = Run(Pictures(Person(1, 100.5, 100.5)), views);
        Assert.True(evaluation.Detections.Count <= 1);
        Assert.Contains("places found by", views.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.3, 0)]
    [InlineData(1.5, 1.5)]
    [InlineData(-2.4, -2.4)]
    public void A_view_is_turned_by_the_torso_of_who_lies(double lean, double turned)
    {
        double[] keypoints = [.. Enumerable.Range(0, 17).SelectMany(k => Point(k, lean))];
        var place = PersonPlace.Of(new CocoAnnotation { ImageId = 1, Box = [0, 0, 200, 200], Area = 1, Keypoints = keypoints });
        Assert.Equal(turned, place.Angle, 1e-3);
        var view = place.ViewOf(160, 120);
        var (shoulder, hip) = (view.Window.ToView(keypoints[15], keypoints[16]), view.Window.ToView(keypoints[33], keypoints[34]));
        Assert.True(shoulder.YPx < hip.YPx);
        var back = view.Window.ToSource(shoulder.XPx, shoulder.YPx);
        Assert.Equal(keypoints[15], back.XPx, 1e-6);
        Assert.Equal(keypoints[16], back.YPx, 1e-6);

        // Two rows, shoulders and what is above, hips and what is below, turned round (100, 100).
        static double[] Point(int k, double lean)
        {
            var (x, y) = (k % 2 == 0 ? -10.0 : 10.0, (k < 11 ? -30 : 30) + (k * 0.5));
            (x, y) = (k is 5 or 6 or 11 or 12 ? x : 0, k is 5 or 6 ? -30 : k is 11 or 12 ? 20 : y);
            return [100 + (Math.Cos(lean) * x) - (Math.Sin(lean) * y), 100 + (Math.Sin(lean) * x) + (Math.Cos(lean) * y), 2];
        }
    }

    [Fact]
    public void A_report_says_that_places_came_from_the_labels() =>
        Assert.Equal("views of 240x180, PLACES FROM THE LABELS, 5 % wrong", new ViewOptions { HeightPx = 230, WidthPx = 161, Jitter = 0.05 }.RoundedUpTo(20).ToString());
}
