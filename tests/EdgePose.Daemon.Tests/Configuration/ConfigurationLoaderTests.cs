using EdgePose.Daemon.Settings;
using EdgePose.Configuration.Reading;
using System.Text;
using EdgePose.Configuration.Inspection;
using EdgePose.Configuration.Layers;

namespace EdgePose.Daemon.Tests.Configuration;

public sealed class ConfigurationLoaderTests
{
    private const string Network = "\"network\":{\"manifest\":\"m.json\"}";

    [Theory]
    [InlineData("{", "$", "not JSON")]
    [InlineData("", "$", "not JSON")]
    [InlineData("[]", "$", "an object is expected")]
    [InlineData("{} {}", "$", "not JSON")]
    [InlineData("{}", "$.network", "is missing")]
    [InlineData("{\"network\":{}}", "$.network.manifest", "is missing")]
    [InlineData("{\"network\":{\"manifest\":\" \"}}", "$.network.manifest", "is empty")]
    [InlineData("{\"network\":null}", "$.network", "null is not a value")]
    [InlineData("{\"network\":{\"manifest\":5}}", "$.network.manifest", "not 5")]
    [InlineData("{\"network\":{\"manifest\":\"\\ud800\"}}", "$", "escape that is no character")]
    [InlineData("{" + Network + "," + Network + "}", "$.network", "repeated")]
    [InlineData("{" + Network + ",\"baching\":{}}", "$.baching", "no key \"baching\"")]
    [InlineData("{" + Network + ",\"baseFolder\":\"/\"}", "$.baseFolder", "no key")]
    [InlineData("{" + Network + ",\"cameras\":5}", "$.cameras", "a list is expected")]
    [InlineData("{" + Network + ",\"cameras\":[{}]}", "$.cameras[0].id", "is missing")]
    [InlineData("{" + Network + ",\"cameras\":[5]}", "$.cameras[0]", "an object is expected")]
    [InlineData("{\"network\":{\"manifest\":\"m\\u0000.json\"}}", "$.network.manifest", "control character")]
    [InlineData("{" + Network + ",\"cameras\":[{\"id\":\"a\",\"address\":\"a\\u0000.mp4\"}]}", "$.cameras[0].address", "control character")]
    [InlineData("{" + Network + ",\"cameras\":[{\"id\":\"a\",\"address\":\"file:///a%00.mp4\"}]}", "$.cameras[0].address", "control character")]
    [InlineData("{" + Network + ",\"cameras\":[{\"id\":\"a\",\"address\":\"rtsp://h/\\nx\"}]}", "$.cameras[0].address", "control character")]
    [InlineData("{" + Network + ",\"cameras\":[{\"id\":\"a\",\"address\":\"rtsp://h/\",\"passwordFile\":\"p\\u0000\"}]}", "$.cameras[0].passwordFile", "control character")]
    [InlineData("{" + Network + ",\"cameras\":[{\"id\":\"A b\",\"address\":\"rtsp://h/\"}]}", "$.cameras[0].id", "right form")]
    [InlineData("{" + Network + ",\"cameras\":[{\"id\":\"a\",\"address\":\"no-such.mp4\"}]}", "$.cameras[0].address", "no file")]
    [InlineData("{" + Network + ",\"cameras\":[{\"id\":\"a\",\"address\":\"rtsp:///door/stream\"}]}", "$.cameras[0].address", "names no host")]
    [InlineData("{" + Network + ",\"cameras\":[{\"id\":\"a\",\"address\":\"RTSPS://:322/stream\"}]}", "$.cameras[0].address", "names no host")]
    [InlineData("{" + Network + ",\"cameras\":[{\"id\":\"a\",\"address\":\"rtsp://\"}]}", "$.cameras[0].address", "names no host")]
    [InlineData("{" + Network + ",\"cameras\":[{\"id\":\"a\",\"address\":\"rtsp://h/\"},{\"id\":\"a\",\"address\":\"rtsp://h/\"}]}", "$.cameras[1].id", "entry 0")]
    [InlineData("{" + Network + ",\"cameras\":[{\"id\":\"a\",\"address\":\"rtsp://h/\",\"transport\":\"tpc\"}]}", "$.cameras[0].transport", "allowed values")]
    [InlineData("{" + Network + ",\"cameras\":[{\"id\":\"a\",\"address\":\"rtsp://h/\",\"passwordFile\":\"no-such\"}]}", "$.cameras[0].passwordFile", "no file")]
    [InlineData("{" + Network + ",\"batching\":{\"maxDelayMs\":1001}}", "$.batching.maxDelayMs", "out of range")]
    [InlineData("{" + Network + ",\"batching\":{\"maxDelayMs\":1.5}}", "$.batching.maxDelayMs", "a whole number")]
    [InlineData("{" + Network + ",\"decoding\":{\"peakThreshold\":1e99}}", "$.decoding.peakThreshold", "a number")]
    [InlineData("{\"network\":{\"manifest\":\"m\",\"inputWidthPx\":63}}", "$.network.inputWidthPx", "out of range")]
    [InlineData("{\"network\":{\"manifest\":\"m\",\"providers\":[\"gpu\"]}}", "$.network.providers[0]", "allowed values")]
    [InlineData("{\"network\":{\"manifest\":\"m\",\"providers\":[]}}", "$.network.providers", "too few")]
    public void A_broken_file_is_told_of_with_its_path(string json, string path, string reason)
    {
        var (config, errors) = Parse(json);

        Assert.Null(config);
        var error = Assert.Single(errors, error => error.Path == path);
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
        Assert.NotEmpty(error.Remedy);
        Assert.True(error.Line > 0);
    }

    [Fact]
    public void Every_error_is_told_at_once_and_in_the_order_of_the_file()
    {
        var (_, errors) = Parse("{\n\"network\":{\"manifest\":1,\n\"maxBatch\":0},\n\"batchin\":{},\n\"cameras\":[{\"id\":\"x\",\n\"address\":true}]}");

        Assert.Equal(["$.network.manifest", "$.network.maxBatch", "$.batchin", "$.cameras[0].address"], errors.Select(error => error.Path));
        Assert.Equal([2, 3, 4, 6], errors.Select(error => error.Line));
        Assert.Contains("\"batching\"", errors[2].Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rtsp://admin:hunter2@cam/1")]
    [InlineData("rtsp://admin:hunter2/x@cam/1")]
    [InlineData("rtsp://hunter2@cam/1")]
    [InlineData("admin:hunter2@192.0.2.10/stream1")]
    [InlineData("cam_viewer:hunter2@cam/1")]
    [InlineData("//admin:hunter2@cam/1")]
    public void A_password_in_an_address_is_refused_and_not_repeated(string address)
    {
        var (_, errors) = Parse("{" + Network + ",\"cameras\":[{\"id\":\"a\",\"address\":\"" + address + "\"}]}");

        var error = Assert.Single(errors);
        Assert.Equal("$.cameras[0].address", error.Path);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"address\":\"192.0.2.10/stream?key=hunter2\"", "$.cameras[0].address", "no file")]
    [InlineData("\"address\":\"rtps://192.0.2.10/stream?key=hunter2\"", "$.cameras[0].address", "no camera is opened")]
    [InlineData("\"address\":\"rtsp://h/\",\"passwordFile\":\"hunter2\"", "$.cameras[0].passwordFile", "no file of that name")]
    [InlineData("\"address\":\"rtsp://h/\",\"passwordFile\":20021", "$.cameras[0].passwordFile", "neither a file nor a credential")]
    public void What_may_be_a_password_is_not_repeated_by_the_error(string camera, string path, string reason)
    {
        var error = Assert.Single(Parse("{" + Network + ",\"cameras\":[{\"id\":\"a\"," + camera + "}]}").Errors);
        Assert.Equal(path, error.Path);
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("20021", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rtps://h/s", "Did you mean \"rtsp://\"?")]
    [InlineData("rtp://h/s", "Did you mean \"rtsp://\"?")]
    [InlineData("rtsp:/h/s", "Did you mean \"rtsp://\"?")]
    [InlineData("http://h/s", "\"pipeline\" of your own")]
    [InlineData("192.0.2.10:554/s", "rtsp://host/path")]
    public void A_scheme_that_no_camera_is_opened_by_is_refused_unless_a_pipeline_takes_it(string address, string remedy)
    {
        var camera = ",\"cameras\":[{\"id\":\"a\",\"address\":\"" + address + "\"";
        Assert.Contains(remedy, Assert.Single(Parse("{" + Network + camera + "}]}").Errors).Remedy, StringComparison.Ordinal);
        Assert.Empty(Parse("{" + Network + camera + ",\"pipeline\":\"urisourcebin uri={address} ! appsink name=frames\"}]}").Errors);
    }

    [Fact]
    public void A_device_that_is_unplugged_is_no_reason_not_to_start() =>
        Assert.Empty(Parse("{" + Network + ",\"cameras\":[{\"id\":\"a\",\"address\":\"/dev/video99\"}]}").Errors);

    [Fact]
    public void Bytes_that_are_no_text_a_deep_file_and_a_huge_one_are_refused()
    {
        Assert.Contains("UTF-8", Assert.Single(EdgePoseConfiguration.Model.Parse([(byte)'{', 0xff, (byte)'}'], "x.json").Errors).Reason, StringComparison.Ordinal);
        Assert.Contains("not JSON", Assert.Single(Parse(new string('[', 5000)).Errors).Reason, StringComparison.Ordinal);
        Assert.Contains("1 MB", Assert.Single(Parse(new string(' ', ConfigurationFile.MaxBytes + 1)).Errors).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/no/such/file.json", "no such file")]
    [InlineData("/", "no configuration")]
    [InlineData("", "cannot be read")]
    [InlineData("/dev/zero", "a device")]
    public void A_file_that_cannot_be_read_is_an_error_and_no_exception(string path, string reason) =>
        Assert.Contains(reason, Assert.Single(EdgePoseConfiguration.Model.Load(path).Errors).Reason, StringComparison.Ordinal);

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void A_password_file_is_only_taken_when_nobody_else_can_read_it()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var secret = Path.Combine(folder.FullName, "secret");
            File.WriteAllText(secret, "x");
            var json = Encoding.UTF8.GetBytes("{" + Network + ",\"cameras\":[{\"id\":\"a\",\"address\":\"rtsp://h/\",\"passwordFile\":\"secret\"}]}");
            var file = Path.Combine(folder.FullName, "edgepose.json");

            File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
            Assert.Contains("chmod 600", Assert.Single(EdgePoseConfiguration.Model.Parse(json, file).Errors).Remedy, StringComparison.Ordinal);
            File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Assert.Empty(EdgePoseConfiguration.Model.Parse(json, file).Errors);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_hash_tells_values_apart_but_not_their_order_or_defaults()
    {
        var plain = Parse("{" + Network + ",\"batching\":{\"maxDelayMs\":10}}").Config!;
        var same = Parse("{\"batching\":{},/* c */" + Network + ",}").Config!;
        var other = Parse("{" + Network + ",\"batching\":{\"maxDelayMs\":11}}").Config!;

        Assert.Equal(ConfigurationHash.Of(plain), ConfigurationHash.Of(same));
        Assert.NotEqual(ConfigurationHash.Of(plain), ConfigurationHash.Of(other));
    }

    [Theory]
    [InlineData("\"address\":\"rtsp://h/s?channel=1&password=x\"", "\"address\":\"rtsp://h/s?channel=2&password=x\"", false)]
    [InlineData("\"address\":\"rtsp://h/s?channel=1&password=x\"", "\"address\":\"rtsp://h/s?channel=1&password=y\"", true)]
    [InlineData("\"address\":\"rtsp://h/\",\"pipeline\":\"rtspsrc user-pw=x ! a\"", "\"address\":\"rtsp://h/\",\"pipeline\":\"rtspsrc user-pw=y ! a\"", true)]
    public void The_hash_tells_streams_of_one_camera_apart_and_nothing_of_a_password(string camera, string other, bool isSame)
    {
        string Hash(string text) => ConfigurationHash.Of(Parse("{" + Network + ",\"cameras\":[{\"id\":\"a\"," + text + "}]}").Config!);
        Assert.Equal(isSame, Hash(camera) == Hash(other));
    }

    private static ConfigurationResult<EdgePoseConfig> Parse(string json) => EdgePoseConfiguration.Model.Parse(Encoding.UTF8.GetBytes(json), "edgepose.json");
}
