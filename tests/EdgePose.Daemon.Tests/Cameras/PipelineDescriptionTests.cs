using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Sources;

namespace EdgePose.Daemon.Tests.Cameras;

public sealed class PipelineDescriptionTests
{
    private static readonly DecoderSettings Camera = new()
    {
        Address = "rtsp://host/stream", Username = "viewer", Password = "s3cret", MaxWidthPx = 456, MaxHeightPx = 256,
    };

    [Theory]
    [InlineData(RtpTransport.Tcp, "protocols=tcp")]
    [InlineData(RtpTransport.Udp, "protocols=udp")]
    public void The_transport_is_the_one_asked_for_and_no_credential_is_in_the_text(RtpTransport transport, string expected)
    {
        var text = PipelineDescription.For(Camera with { Transport = transport }, _ => false);
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("viewer", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_Jetsons_converter_is_used_where_it_is_installed()
    {
        Assert.Contains("nvvidconv", PipelineDescription.For(Camera, _ => true), StringComparison.Ordinal);
        Assert.DoesNotContain("nvvidconv", PipelineDescription.For(Camera, _ => false), StringComparison.Ordinal);
    }

    [Fact]
    public void A_live_camera_drops_what_is_late_and_a_file_drops_nothing()
    {
        Assert.Contains("drop=true max-buffers=1 sync=false", PipelineDescription.For(Camera, _ => false), StringComparison.Ordinal);
        var file = Camera with { Address = "/no/clip.mp4" };
        Assert.Contains("drop=false max-buffers=2 sync=true", PipelineDescription.For(file, _ => false), StringComparison.Ordinal);
        Assert.Contains("drop=false max-buffers=2 sync=false", PipelineDescription.For(file with { Pace = SourcePace.AsFastAsPossible }, _ => false), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_is_read_as_one_and_drops_what_is_late()
    {
        var text = PipelineDescription.For(Camera with { Address = "/dev/v4l/by-id/usb camera" }, _ => false);
        Assert.StartsWith("v4l2src device=\"/dev/v4l/by-id/usb camera\" ! decodebin ! ", text, StringComparison.Ordinal);
        Assert.Contains("drop=true max-buffers=1 sync=false", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operators_own_pipeline_gets_the_address_in_its_place()
    {
        var text = PipelineDescription.For(Camera with { Pipeline = "mysrc uri={address} ! appsink name=frames" }, _ => false);
        Assert.Equal("mysrc uri=rtsp://host/stream ! appsink name=frames", text);
    }
}
