using EdgePose.Cameras.Sources;
using EdgePose.Daemon;

namespace EdgePose.Cameras.Tests.Sources;

public sealed class CameraSourceTests
{
    [Theory]
    [InlineData("rtsp://host/stream", "RtspSource")]
    [InlineData("RTSPS://host/stream", "RtspSource")]
    [InlineData("/dev/video0", "DeviceSource")]
    [InlineData("/dev/v4l/by-id/usb-camera-index0", "DeviceSource")]
    [InlineData("/no/such/clip.mp4", "FileSource")]
    [InlineData("file:///no/such/clip.mp4", "FileSource")]
    [InlineData("/proc", "FolderSource")]
    [InlineData("file:///proc", "FolderSource")]
    public void An_address_has_one_kind(string address, string kind) => Assert.Equal(kind, CameraSource.Of(address).GetType().Name);

    [Theory]
    [InlineData("rtsp://host/stream", null, true)]
    [InlineData("/dev/video0", null, true)]
    [InlineData("/proc", null, false)]
    [InlineData("clip.mp4", null, false)]
    [InlineData("rtsp://host/stream", "own", true)]
    [InlineData("/dev/video0", "own", true)]
    [InlineData("http://host/stream", "own", true)]
    [InlineData("rtmp://host/stream", "own", true)]
    [InlineData("srt://host:9000", "own", true)]
    [InlineData("udp://239.0.0.1:5000", "own", true)]
    [InlineData("clip.mp4", "own", false)]
    public void Streams_and_devices_are_live_with_and_without_an_own_pipeline(string address, string? pipeline, bool live) =>
        Assert.Equal(live, CameraSource.Of(Camera(address, pipeline)).IsLive);

    [Theory]
    [InlineData("clips/lobby.mp4", "/etc/edgepose/clips/lobby.mp4")]
    [InlineData("file:clips/lobby.mp4", "/etc/edgepose/clips/lobby.mp4")]
    [InlineData("file:///srv/my%20clip.mp4", "/srv/my clip.mp4")]
    [InlineData("/srv/lobby.mp4", "/srv/lobby.mp4")]
    [InlineData("/dev/video0", "/dev/video0")]
    [InlineData("rtsp://host/stream", "rtsp://host/stream")]
    public void A_path_starts_from_the_folder_of_the_configuration(string address, string opened) =>
        Assert.All(new[] { null, "own" }, pipeline => Assert.Equal(opened, CameraSource.Of(Camera(address, pipeline), "/etc/edgepose").Address));

    [Theory]
    [InlineData("rtsp:///stream", "the address names no host")]
    [InlineData("rtsp://:554/stream", "the address names no host")]
    [InlineData("rtstp://host/stream", "no camera is opened by \"rtstp:\"")]
    [InlineData("http://host/stream", "no camera is opened by \"http:\"")]
    [InlineData("no/such/clip.mp4", "there is no file, folder or device no/such/clip.mp4")]
    public void What_a_kind_refuses_is_named_with_its_key(string address, string reason)
    {
        var fault = Assert.Single(CameraSource.Of(address).Faults(Check(lookForFiles: true)));
        Assert.Equal(("address", reason), (fault.Key, fault.Reason));
        Assert.NotEmpty(fault.Remedy);
    }

    [Theory]
    [InlineData("no/such/clip.mp4", null)]
    [InlineData("http://host/stream", "own")]
    [InlineData("rtsp://host/stream", null)]
    [InlineData("/dev/video99", null)]
    public void Nothing_is_refused_that_may_be_right_elsewhere(string address, string? pipeline) =>
        Assert.Empty(CameraSource.Of(Camera(address, pipeline)).Faults(Check(lookForFiles: false)));

    [Theory]
    [InlineData("cam1:2026.mp4")]
    [InlineData("a \"clip\" of: http.mp4")]
    [InlineData("file:clip.mp4")]
    [InlineData("http:clip%20.mp4")]
    public void A_path_that_exists_is_a_file_whatever_characters_its_name_has(string name)
    {
        var folder = Directory.CreateTempSubdirectory("edgepose-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, name), string.Empty);
            var source = CameraSource.Of(Camera(name, null), folder);
            Assert.Equal((Path.Combine(folder, name), false), (source.Address, source.IsLive));
            Assert.Empty(source.Faults(Check(lookForFiles: true)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("pipe.ts", null, true)]
    [InlineData("clip.mp4", "own", true)]
    [InlineData("rtsp://recorder/playback", null, false)]
    [InlineData("http://host/clip.mp4", "own", false)]
    public void The_key_live_says_so_where_the_address_does_not(string address, string? pipeline, bool live) =>
        Assert.Equal(live, CameraSource.Of(Camera(address, pipeline) with { Live = live }).IsLive);

    [Theory]
    [InlineData("/dev/video0", false)]
    [InlineData("/proc", true)]
    public void The_key_live_is_refused_where_it_cannot_be_true(string address, bool live) =>
        Assert.Equal("live", Assert.Single(CameraSource.Of(Camera(address, null) with { Live = live }).Faults(Check(lookForFiles: false))).Key);

    private static SourceCheck Check(bool lookForFiles) => new(lookForFiles, text => text, (_, _) => null);

    private static CameraConfig Camera(string address, string? pipeline) => new() { Id = "a", Address = address, Pipeline = pipeline };
}
