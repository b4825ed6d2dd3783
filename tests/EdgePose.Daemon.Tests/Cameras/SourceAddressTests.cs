using EdgePose.Daemon.Cameras.Decoder;

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
    public void Credentials_in_an_address_are_seen(string address, bool has) => Assert.Equal(has, SourceAddress.HasCredentials(address));
}
