using System.Buffers.Binary;
using OpenCvSharp;

namespace EdgePose.Compression.Evaluation.Tests;

public sealed class LabelOrientationTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-exif-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>A bright square in a stored picture of 64 x 48, labelled in stored pixels, must be bright under its label in the picture that is evaluated.</summary>
    [Theory]
    [InlineData(6)]
    [InlineData(8)]
    public void Labels_of_stored_pixels_are_turned_with_the_picture(int orientation)
    {
        Save("a.jpg", orientation);
        var pictures = LabelledPictures.Open(Labels(64, 48), folder);
        var person = pictures.Labels.Annotations[0];
        using var shown = pictures.Read(pictures.Labels.Images[0], out var fault);
        Assert.Null(fault);
        Assert.Equal((48, 64), (shown!.Width, shown.Height));
        Assert.Equal(255, Brightness(shown, person.Keypoints[0], person.Keypoints[1]), 20.0);
        Assert.Equal(255, Brightness(shown, person.Box[0] + (person.Box[2] / 2), person.Box[1] + (person.Box[3] / 2)), 20.0);
        Assert.Equal([0.0, 0.0, 0.0], person.Keypoints.Skip(3).Take(3));
        Assert.Equal((12.0, 8.0), (person.Box[2], person.Box[3]));
        Assert.Equal("the labels of 1 pictures are of stored pixels, as their size tells, and were turned by the EXIF orientation", pictures.OrientationNote);
    }

    [Fact]
    public void Labels_of_the_shown_picture_stay()
    {
        Save("a.jpg", orientation: 6);
        var labels = Labels(48, 64);
        var pictures = LabelledPictures.Open(labels, folder);
        Assert.Same(labels, pictures.Labels);
        Assert.Null(pictures.OrientationNote);
    }

    [Fact]
    public void An_orientation_that_keeps_the_size_is_told()
    {
        Save("a.jpg", orientation: 3);
        Assert.Equal(
            "1 pictures have an EXIF orientation that keeps their size: their labels are taken as those of the turned picture", LabelledPictures.Open(Labels(64, 48), folder).OrientationNote);
    }

    /// <summary>Left and right of a mirrored picture's labels are not known.</summary>
    [Fact]
    public void Labels_of_a_mirrored_pictures_stored_pixels_are_refused_by_its_orientation()
    {
        Save("a.jpg", orientation: 5);
        var pictures = LabelledPictures.Open(Labels(64, 48), folder);
        Assert.Null(pictures.Read(pictures.Labels.Images[0], out var fault));
        Assert.Equal("has 48 x 64 pixels, but its labels were made for 64 x 48; the picture is turned by its EXIF orientation 5", fault!.Reason);
    }

    [Fact]
    public void Hidden_files_beside_the_pictures_are_no_pictures()
    {
        Save("a.jpg", orientation: 1);
        File.WriteAllText(Path.Combine(folder, "._a.jpg"), "AppleDouble");
        Assert.Empty(LabelledPictures.Open(Labels(64, 48), folder).FilesWithoutLabels());
    }

    private static double Brightness(Mat picture, double x, double y) => picture.At<Vec3b>((int)y, (int)x).Item0;

    private static CocoDataset Labels(int widthPx, int heightPx) => new()
    {
        Images = [new CocoImage { Id = 1, FileName = "a.jpg", Width = widthPx, Height = heightPx }],
        Annotations = [new CocoAnnotation { ImageId = 1, Keypoints = [14, 26, 2, .. new double[48]], Box = [10, 20, 8, 12], Area = 96 }],
    };

    private void Save(string name, int orientation)
    {
        using var picture = new Mat(48, 64, MatType.CV_8UC3, Scalar.Black);
        picture.Rectangle(new Rect(10, 20, 8, 12), Scalar.White, thickness: -1);
        var jpeg = picture.ToBytes(".jpg", new ImageEncodingParam(ImwriteFlags.JpegQuality, 95));
        byte[] exif = [.. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(exif.Length + 2));
        File.WriteAllBytes(Path.Combine(folder, name), [.. jpeg[..2], 0xFF, 0xE1, .. length, .. exif, .. jpeg[2..]]);
    }
}
