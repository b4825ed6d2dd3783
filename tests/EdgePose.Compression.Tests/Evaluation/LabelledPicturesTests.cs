using OpenCvSharp;

namespace EdgePose.Compression.Evaluation.Tests;

public sealed class LabelledPicturesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-pictures-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private byte[] Jpeg(params int[] parameters)
    {
        using var picture = new Mat(48, 64, MatType.CV_8UC3, new Scalar(10, 200, 90));
        Cv2.Randu(picture, new Scalar(0, 0, 0), new Scalar(255, 255, 255));
        return picture.ImEncode(".jpg", parameters);
    }

    private PictureFault? FaultOf(byte[] file, int width = 64, int height = 48)
    {
        File.WriteAllBytes(Path.Combine(folder, "a.jpg"), file);
        using var picture = Of("a.jpg", width, height).Read(new() { Id = 1, FileName = "a.jpg", Width = width, Height = height }, out var fault);
        Assert.Equal(fault is null, picture is not null);
        return fault;
    }

    private LabelledPictures Of(string file, int width = 0, int height = 0) =>
        new(new() { Images = [new() { Id = 1, FileName = file, Width = width, Height = height }], Annotations = [] }, folder);

    [Fact]
    public void A_whole_picture_has_no_fault()
    {
        Assert.Null(FaultOf(Jpeg()));
        Assert.Null(FaultOf(Jpeg((int)ImwriteFlags.JpegProgressive, 1)));
        Assert.Null(FaultOf([.. Jpeg(), 0, 0, 0]));
    }

    [Fact]
    public void A_jpeg_that_is_cut_short_anywhere_is_broken_and_not_grey()
    {
        foreach (var whole in new[] { Jpeg(), Jpeg((int)ImwriteFlags.JpegProgressive, 1) })
        {
            for (var length = 3; length < whole.Length; length += 97)
            {
                Assert.Equal("a.jpg: the JPEG is cut short or broken", FaultOf(whole[..length])?.ToString());
            }
        }
    }

    [Fact]
    public void A_text_an_empty_file_and_a_missing_one_are_told_apart()
    {
        Assert.Equal("no picture that OpenCV can decode", FaultOf("not a picture"u8.ToArray())?.Reason);
        Assert.Equal("no picture that OpenCV can decode", FaultOf([])?.Reason);
        File.Delete(Path.Combine(folder, "a.jpg"));
        using var picture = Of("a.jpg").Read(Of("a.jpg").Labels.Images[0], out var fault);
        Assert.Equal("the file is missing", fault?.Reason);
    }

    [Fact]
    public void A_picture_of_another_size_than_its_labels_is_refused() =>
        Assert.Equal("has 64 x 48 pixels, but its labels were made for 48 x 64", FaultOf(Jpeg(), 48, 64)?.Reason);

    [Theory]
    [InlineData("../a.jpg")]
    [InlineData("/etc/hostname")]
    [InlineData("")]
    public void A_file_outside_the_folder_is_never_opened(string name)
    {
        Assert.Equal("leaves the folder of pictures", Assert.Single(Of(name).Missing()).Reason);
        using var picture = Of(name).Read(Of(name).Labels.Images[0], out var fault);
        Assert.NotNull(fault);
    }

    [Fact]
    public void A_name_that_no_file_can_have_is_a_fault_of_its_picture()
    {
        var pictures = Of("a\0b.png");
        const string Reason = "its name holds a null character, which no file's does";
        Assert.Equal(Reason, Assert.Single(pictures.Missing()).Reason);
        using var picture = pictures.Read(pictures.Labels.Images[0], out var fault);
        Assert.Equal(Reason, fault?.Reason);
    }

    [Fact]
    public void Pictures_that_no_label_names_are_listed()
    {
        foreach (var name in new[] { "b.jpg", "a.jpg", "notes.txt", "c.PNG" })
        {
            File.WriteAllBytes(Path.Combine(folder, name), []);
        }

        Assert.Equal(["b.jpg", "c.PNG"], Of("a.jpg").FilesWithoutLabels());
        Assert.Empty(Of("a.jpg").Missing());
        Assert.Equal("the file is missing", Assert.Single(Of("d.jpg").Missing()).Reason);
    }
}
