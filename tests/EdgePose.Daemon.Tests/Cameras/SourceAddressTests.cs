using EdgePose.Cameras.Sources;
using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Settings;

namespace EdgePose.Daemon.Tests.Cameras;

public sealed class SourceAddressTests
{
    [Theory]
    [InlineData("rtsp://host/stream", SourceKind.Rtsp)]
    [InlineData("RTSPS://host/stream", SourceKind.Rtsp)]
    [InlineData("/dev/video0", SourceKind.Device)]
    [InlineData("/dev/v4l/by-id/usb-camera-index0", SourceKind.Device)]
    [InlineData("/no/such/clip.mp4", SourceKind.File)]
    [InlineData("file:///no/such/clip.mp4", SourceKind.File)]
    [InlineData("/proc", SourceKind.Folder)]
    [InlineData("file:///proc", SourceKind.Folder)]
    public void An_address_tells_its_kind(string address, SourceKind kind) => Assert.Equal(kind, SourceAddress.KindOf(address));

    [Theory]
    [InlineData("rtsp://user:word@host/stream", true)]
    [InlineData("rtsps://user@host", true)]
    [InlineData("rtsp://host/stream?at=a@b", false)]
    [InlineData("rtsp://host/a@b", false)]
    [InlineData("/clips/a@b.mp4", false)]
    [InlineData("clips/a:b@c.mp4", false)]
    [InlineData("file:a@b.mp4", false)]
    [InlineData("admin:word@192.0.2.10/stream1", true)]
    [InlineData("cam_viewer:word@h/s", true)]
    [InlineData("//admin:word@h/s", true)]
    [InlineData(" admin:wo/rd@h/s", true)]
    [InlineData("rtsp:admin:word@h/s", true)]
    public void Credentials_in_an_address_are_seen(string address, bool has) => Assert.Equal(has, Credentials.IsIn(address));

    [Theory]
    [InlineData("rtsp://h/s?channel=1&subtype=0", "rtsp://h/s?channel=1&subtype=0")]
    [InlineData("rtsp://h/s?user=u&channel=1&password=hunter2", "rtsp://h/s?channel=1&...")]
    [InlineData("rtsp://h/s?hunter2", "rtsp://h/s?...")]
    [InlineData("rtsp://h/s?channel=u:hunter2@h", "rtsp://h/s?...")]
    [InlineData("rtsp://h/my stream?key=hunter2", "rtsp://h/my stream?...")]
    [InlineData("rtsp://h/s?key=hunter2 ", "rtsp://h/s?...")]
    [InlineData("192.0.2.10/s?key=hunter2", "192.0.2.10/s?...")]
    [InlineData("rtsp://h/user=admin&password=hunter2&channel=1", "rtsp://h/user=admin&password=...")]
    [InlineData("admin:hunter2@192.0.2.10/stream1", "192.0.2.10/stream1")]
    [InlineData("//admin:hunter2@h/s", "h/s")]
    public void An_address_is_shown_without_what_may_be_a_secret_and_with_what_tells_the_stream(string address, string shown)
    {
        Assert.Equal(shown, Credentials.Hide(address));
        Assert.Equal(shown, Credentials.Hide(shown));
    }

    [Theory]
    [InlineData("clips/lobby.mp4", "/etc/edgepose/clips/lobby.mp4")]
    [InlineData("file:clips/lobby.mp4", "/etc/edgepose/clips/lobby.mp4")]
    [InlineData("file:///srv/my%20clip.mp4", "/srv/my clip.mp4")]
    [InlineData("/srv/lobby.mp4", "/srv/lobby.mp4")]
    [InlineData("/dev/video0", "/dev/video0")]
    [InlineData("rtsp://host/stream", "rtsp://host/stream")]
    public void A_clip_is_looked_for_beside_the_configuration_where_its_check_has_found_it(string address, string opened)
    {
        var config = new EdgePoseConfig { Device = new() { Site = "s", Id = "d" }, Network = new() { Manifest = "m.json" }, BaseFolder = "/etc/edgepose" };
        Assert.Equal(opened, config.ResolvedCamera(new CameraConfig { Id = "a", Address = address }).Address);
    }
}
