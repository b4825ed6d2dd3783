using EdgePose.Compression.Evaluation;
using EdgePose.Inference;
using OpenCvSharp;

namespace EdgePose.Compression.Calibration.Tests;

public sealed class CalibrationPicturesTests : IDisposable
{
    private static readonly NetworkInput Input = new() { Name = "image", Channels = ChannelOrder.Bgr, NormalisedInside = true, MultipleOf = 8 };
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-calibration-").FullName;

    [Fact]
    public void They_are_spread_over_the_folder_and_are_the_same_every_time()
    {
        for (int i = 0; i < 10; i++)
        {
            using var picture = new Mat(16, 16, MatType.CV_8UC3, Scalar.All(i * 20));
            picture.ImWrite(Path.Combine(folder, $"{i}.png"));
        }

        CalibrationPictures pictures = CalibrationPictures.Read(folder, Input, 5, 16, 16);
        Assert.Equal([0, 40, 80, 120, 160], Enumerable.Range(0, 5).Select(i => pictures[i][0]));
        Assert.Equal((5, 10), (pictures.Count, pictures.Available));
    }

    [Fact]
    public void A_broken_picture_is_named_and_another_one_taken()
    {
        using var picture = new Mat(16, 16, MatType.CV_8UC3, Scalar.All(50));
        picture.ImWrite(Path.Combine(folder, "b.png"));
        File.WriteAllText(Path.Combine(folder, "a.png"), "no picture");
        CalibrationPictures pictures = CalibrationPictures.Read(folder, Input, 1, 16, 16);
        Assert.Equal(1, pictures.Count);
        Assert.StartsWith("a.png: ", Assert.Single(pictures.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Views_show_one_labelled_person_each()
    {
        using var picture = new Mat(64, 64, MatType.CV_8UC3, Scalar.Black);
        Cv2.Rectangle(picture, new Rect(40, 8, 16, 32), Scalar.All(200), -1);
        picture.ImWrite(Path.Combine(folder, "a.png"));
        CocoAnnotation Person(double x, double y, int crowd = 0) => new()
        {
            ImageId = 1, Area = 100, IsCrowd = crowd, Box = [x, y, 16, 32], Keypoints = [.. Enumerable.Range(0, 17).SelectMany(_ => new[] { x + 8, y + 16, 2 })],
        };
        var pictures = new LabelledPictures(
            new CocoDataset { Images = [new CocoImage { Id = 1, FileName = "a.png" }], Annotations = [Person(40, 8), Person(4, 4), Person(0, 0, crowd: 1)] }, folder);
        CalibrationPictures views = CalibrationPictures.ReadViews(pictures, Input, 5, 32, 24);
        Assert.Equal((2, 2), (views.Count, views.Available));
        Assert.Equal(200, views[0][(16 * 24) + 12], 1.0f);
        Assert.Equal(0, views[1][(16 * 24) + 12], 1.0f);
        Assert.Contains(
            "nobody in it is labelled",
            Assert.Throws<NetworkException>(() => CalibrationPictures.ReadViews(pictures with { Labels = pictures.Labels with { Annotations = [] } }, Input, 1, 32, 24)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_picture_or_that_is_not_there_and_a_size_that_does_not_fit_are_refused()
    {
        Assert.Contains("no picture in it that can be read", Refusal(folder, 16), StringComparison.Ordinal);
        Assert.Contains("no such folder", Refusal(Path.Combine(folder, "none"), 16), StringComparison.Ordinal);
        Assert.Contains("multiples of 8", Refusal(folder, 20), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string Refusal(string folder, int heightPx) => Assert.Throws<NetworkException>(() => CalibrationPictures.Read(folder, Input, 1, heightPx, 16)).Message;
}
