using System.Buffers.Binary;
using OpenCvSharp;

namespace EdgePose.Inference.Tests;

public sealed class PictureFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(".png")]
    [InlineData(".jpg")]
    [InlineData(".bmp")]
    public void A_head_states_the_size_that_the_picture_has(string ending)
    {
        using var picture = new Mat(48, 64, MatType.CV_8UC3, Scalar.Gray);
        Assert.Equal((64L, 48L), PictureFile.SizeOf(picture.ToBytes(ending)));
    }

    [Theory]
    [InlineData(".png", 16, 20, false)]
    [InlineData(".bmp", 18, 22, true)]
    public void A_picture_that_claims_more_than_memory_is_refused_before_it_is_decoded(string ending, int widthAt, int heightAt, bool isLittleEndian)
    {
        using var picture = new Mat(8, 8, MatType.CV_8UC3, Scalar.Gray);
        var bytes = picture.ToBytes(ending);
        foreach (var at in new[] { widthAt, heightAt })
        {
            if (isLittleEndian)
            {
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), 40_000);
            }
            else
            {
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), 40_000);
            }
        }

        Assert.Equal("claims 40000 x 40000 pixels, more than 100 million", FaultOf(bytes, ending));
    }

    [Fact]
    public void Rubbish_after_the_head_of_a_picture_is_a_fault_and_no_exception()
    {
        using var picture = new Mat(480, 640, MatType.CV_8UC3, Scalar.Gray);
        var bytes = picture.ToBytes(".png");
        Assert.Equal("no picture that OpenCV can decode", FaultOf(bytes[..40], ".png"));
        Assert.Equal("no picture that OpenCV can decode", FaultOf([], ".png"));
    }

    [Fact]
    public void A_picture_is_turned_as_its_EXIF_orientation_says()
    {
        using var picture = new Mat(32, 64, MatType.CV_8UC3, Scalar.Gray);
        var jpeg = picture.ToBytes(".jpg");
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
        var path = Path.Combine(folder, "turned.jpg");
        File.WriteAllBytes(path, [.. jpeg[..2], .. exif, .. jpeg[2..]]);
        using var read = PictureFile.Read(path, out var fault);
        Assert.Equal(string.Empty, fault);
        Assert.Equal((32, 64), (read!.Width, read.Height));
    }

    private string FaultOf(byte[] bytes, string ending)
    {
        var path = Path.Combine(folder, "picture" + ending);
        File.WriteAllBytes(path, bytes);
        Assert.Null(PictureFile.Read(path, out var fault));
        return fault;
    }
}
