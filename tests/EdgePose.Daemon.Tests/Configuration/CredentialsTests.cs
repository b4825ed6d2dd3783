using EdgePose.Configuration.Reading;

namespace EdgePose.Daemon.Tests.Configuration;

public sealed class CredentialsTests
{
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
}
