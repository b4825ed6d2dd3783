using EdgePose.Cameras.Sources;
using EdgePose.Daemon;

namespace EdgePose.Cameras.Tests.Sources;

public sealed class PipelineTests
{
    private static readonly CameraConfig Camera = new() { Id = "a", Address = "rtsp://host/stream", Username = "viewer" };

    [Theory]
    [InlineData(RtpTransport.Tcp, "protocols=tcp")]
    [InlineData(RtpTransport.Udp, "protocols=udp")]
    public void The_transport_is_the_one_asked_for_and_no_credential_is_in_the_text(RtpTransport transport, string expected)
    {
        var text = Pipeline(Camera with { Transport = transport });
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.DoesNotContain("viewer", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_Jetsons_converter_is_used_where_it_is_installed()
    {
        Assert.Contains("nvvidconv", Pipeline(Camera, jetson: true), StringComparison.Ordinal);
        Assert.DoesNotContain("nvvidconv", Pipeline(Camera), StringComparison.Ordinal);
    }

    [Fact]
    public void A_live_camera_drops_what_is_late_and_a_file_drops_nothing()
    {
        Assert.Contains("drop=true max-buffers=1 sync=false", Pipeline(Camera), StringComparison.Ordinal);
        var file = Camera with { Address = "/no/clip.mp4" };
        Assert.Contains("drop=false max-buffers=2 sync=true", Pipeline(file), StringComparison.Ordinal);
        Assert.Contains("drop=false max-buffers=2 sync=false", Pipeline(file with { Pace = SourcePace.AsFastAsPossible }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_is_read_as_one_and_drops_what_is_late()
    {
        var text = Pipeline(Camera with { Address = "/dev/v4l/by-id/usb camera" });
        Assert.StartsWith("v4l2src device=\"/dev/v4l/by-id/usb camera\" ! decodebin name=coded ! ", text, StringComparison.Ordinal);
        Assert.Contains("drop=true max-buffers=1 sync=false", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_pictures_needs_no_pipeline() => Assert.Null(CameraSource.Of("/proc").Pipeline(Target(jetson: false)));

    [Fact]
    public void An_operators_own_pipeline_gets_the_address_in_its_place()
    {
        var text = Pipeline(Camera with { Pipeline = "mysrc uri={address} ! appsink name=frames" });
        Assert.Equal("mysrc uri=rtsp://host/stream ! appsink name=frames", text);
    }

    private static string Pipeline(CameraConfig camera, bool jetson = false) => CameraSource.Of(camera).Pipeline(Target(jetson))!;

    private static PipelineTarget Target(bool jetson) => new(456, 256, null, _ => jetson);
}
