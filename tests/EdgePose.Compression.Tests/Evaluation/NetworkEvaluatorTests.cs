using EdgePose.Inference;
using OpenCvSharp;

namespace EdgePose.Compression.Evaluation.Tests;

public sealed class NetworkEvaluatorTests : IDisposable
{
    private const int Bright = 8;
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-evaluate-").FullName;

    // A network whose heatmaps are the brightness of each cell: whoever is drawn as a bright spot is found there, and nobody needs a trained network for that.
    private readonly NetworkFolder network = new(
        new OnnxWriter(8, 1f / (3 * 8 * 8 * 255)).Input("image", -1, 3, -1, -1).Output("heat", 19).ToArray(), manifest => manifest["exits"]![0]!.AsObject().Remove("pafs"));

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        network.Dispose();
    }

    /// <summary>Black, with one bright square of 8 x 8 pixels; the labels put the whole person into its middle.</summary>
    private LabelledPictures Pictures(params (int Width, int Height, int X, int Y)[] spots)
    {
        List<CocoImage> images = [];
        List<CocoAnnotation> people = [];
        foreach (var (width, height, x, y) in spots)
        {
            var id = images.Count + 1;
            using var picture = new Mat(height, width, MatType.CV_8UC3, Scalar.Black);
            Cv2.Rectangle(picture, new Rect(x, y, Bright, Bright), Scalar.White, -1);
            picture.ImWrite(Path.Combine(folder, $"{id}.png"));
            images.Add(new() { Id = id, FileName = $"{id}.png", Width = width, Height = height });
            people.Add(new()
            {
                ImageId = id, Area = 4000, Box = [x - 30, y - 30, 60, 60], LabelledKeypoints = 17,
                Keypoints = [.. Enumerable.Range(0, 17).SelectMany(_ => new[] { x + ((Bright - 1) / 2.0), y + ((Bright - 1) / 2.0), 2 })],
            });
        }

        return new(new() { Images = images, Annotations = people }, folder);
    }

    private NetworkEvaluation Run(LabelledPictures pictures, EvaluationOptions options) =>
        new NetworkEvaluator(NetworkManifest.Load(network.Manifest), options with { Execution = NetworkFolder.Cpu }).Run(pictures);

    public static TheoryData<InputSizing, bool, double[]> Ways => new()
    {
        { InputSizing.OfHeight(64), false, [1] },
        { InputSizing.OfHeight(128), false, [1] },
        { InputSizing.OfHeight(64), true, [1] },
        { InputSizing.Fixed(128, 256), false, [1] },
        { InputSizing.Fixed(128, 256), true, [1] },
        { InputSizing.OfHeight(64), true, [0.5, 1, 2] },
        { InputSizing.OfHeight(128), false, [0.5, 1] },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_network_of_heatmaps_alone_finds_its_one_person_where_it_is(InputSizing sizing, bool flip, double[] scales)
    {
        // One of a width that is no multiple of eight, so that there is padding; one upright; one spot at an edge.
        var pictures = Pictures((96, 64, 40, 24), (90, 64, 16, 8), (61, 64, 48, 40), (96, 64, 88, 0));
        var evaluation = Run(pictures, new() { Sizing = sizing, Flip = flip, Scales = [.. scales] });

        Assert.Equal(4, evaluation.Detections.Count);
        foreach (var score in PictureScore.Of(pictures.Labels, evaluation.Detections))
        {
            var (person, found) = (score.People[0].Person.Keypoints, Assert.IsType<CocoDetection>(score.People[0].Match).Keypoints);
            Assert.True(Math.Abs(person[0] - found[0]) <= 3 && Math.Abs(person[1] - found[1]) <= 3, $"{score.Image.Id}: ({person[0]}, {person[1]}) was found at ({found[0]}, {found[1]})");
        }

        Assert.Equal(1, evaluation.Figures().Ap50, 1e-9);
    }

    [Fact]
    public void At_the_pictures_own_size_the_place_is_exact()
    {
        var evaluation = Run(Pictures((96, 64, 40, 24)), new() { Sizing = InputSizing.OfHeight(64) });
        Assert.Equal(43.5, evaluation.Detections[0].Keypoints[0], 0.01);
        Assert.Equal(27.5, evaluation.Detections[0].Keypoints[1], 0.01);
        Assert.Equal(1, evaluation.Figures().Ap, 1e-9);
    }

    [Fact]
    public void Pictures_that_cannot_be_read_count_neither_way_and_are_named()
    {
        var pictures = Pictures((96, 64, 40, 24), (96, 64, 16, 8), (96, 64, 16, 8));
        File.Delete(Path.Combine(folder, "2.png"));
        File.WriteAllText(Path.Combine(folder, "3.png"), "broken");
        List<string> told = [];
        var evaluation = new NetworkEvaluator(NetworkManifest.Load(network.Manifest), new() { Sizing = InputSizing.OfHeight(64), Execution = NetworkFolder.Cpu })
            .Run(pictures, fault => told.Add(fault?.Image.FileName ?? "good"));

        Assert.Equal(["2.png: the file is missing", "3.png: no picture that OpenCV can decode"], evaluation.Faults.Select(fault => fault.ToString()));
        Assert.Equal(["good", "2.png", "3.png"], told);
        Assert.Equal(1, evaluation.Figures().Ap, 1e-9);
        Assert.Equal([1L], evaluation.Labels.Images.Select(image => image.Id));
    }

    [Fact]
    public void A_picture_whose_labels_do_not_say_its_size_is_measured()
    {
        var pictures = Pictures((96, 64, 40, 24));
        pictures = pictures with { Labels = pictures.Labels with { Images = [pictures.Labels.Images[0] with { Width = 0, Height = 0 }] } };
        Assert.Equal(1, Run(pictures, new() { Sizing = InputSizing.OfHeight(64) }).Figures().Ap, 1e-9);
    }

    [Fact]
    public void The_sheet_of_the_worst_shows_the_worst_first()
    {
        var pictures = Pictures((96, 64, 40, 24), (90, 64, 16, 8));
        var scores = PictureScore.Of(pictures.Labels, Run(pictures, new() { Sizing = InputSizing.OfHeight(64) }).Detections.Where(detection => detection.ImageId == 1));
        PictureScore[] worst = [.. PictureScore.WorstFirst(scores)];
        Assert.Equal([2L, 1L], worst.Select(score => score.Image.Id));
        Assert.Equal((1, 0.0), (worst[0].Missed, worst[0].Quality));
        Assert.Equal(1, worst[1].Quality, 0.05);

        using var sheet = WorstSheet.Draw(pictures, worst);
        using var missed = sheet[22, 322, 0, 400]; // the first cell: a red box, and none in the second
        using var found = sheet[22, 322, 400, 800];
        int Reds(Mat cell)
        {
            using var reds = cell.InRange(new Scalar(60, 60, 255), new Scalar(60, 60, 255));
            return reds.CountNonZero();
        }

        Assert.True(Reds(missed) > 100);
        Assert.Equal(0, Reds(found));
    }

    [Fact]
    public void The_shipped_network_gives_the_same_detections_twice_and_finds_the_people_of_the_lobby()
    {
        var pictures = LobbyPictures.Extract(folder, 0, 100, 200);
        var options = new EvaluationOptions { Sizing = InputSizing.OfHeight(256), Execution = NetworkFolder.Cpu with { Threads = 2 } };
        var evaluator = new NetworkEvaluator(NetworkManifest.Load(NetworkFolder.Shipped()), options);
        var (first, second) = (evaluator.Run(pictures), evaluator.Run(pictures));

        Assert.NotEmpty(first.Detections);
        Assert.Equal(first.Detections.Select(Text), second.Detections.Select(Text));
        Assert.Equal(first.Figures(), second.Figures());
        Assert.True(first.Figures().Ap50 > 0.2, $"AP50 {first.Figures().Ap50:0.000}");

        static string Text(CocoDetection detection) => $"{detection.ImageId} {detection.Score:R} {string.Join(' ', detection.Keypoints)}";
    }
}
