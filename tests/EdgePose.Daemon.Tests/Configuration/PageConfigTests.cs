using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Settings;

namespace EdgePose.Daemon.Tests.Configuration;

/// <summary>What <c>config check</c> says of the page's section.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class PageConfigTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-page-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("\"address\":\"::1\"")]
    [InlineData("\"address\":\"127.0.0.2\",\"port\":0")]
    [InlineData("\"address\":\"localhost\",\"pictures\":false")]
    [InlineData("\"enabled\":false,\"address\":\"0.0.0.0\"")]
    public void A_page_for_this_device_alone_needs_nothing_else(string page) => Assert.Empty(Load(page));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("192.0.2.7")]
    public void Beyond_loopback_a_page_without_token_and_tls_is_refused(string address)
    {
        var errors = Load($"\"address\":\"{address}\"");
        Assert.Equal(["tokenFile", "certificateFile"], errors.Select(error => error.Reason.Split(' ')[^1]));
        Assert.All(errors, error => Assert.Equal("$.page.address", error.Path));
    }

    [Theory]
    [InlineData("page.example")]
    [InlineData("10.0.0.0/8")]
    [InlineData("")]
    public void What_is_no_ip_address_is_refused(string address) => Assert.Equal("$.page.address", Assert.Single(Load($"\"address\":\"{address}\"")).Path);

    [Fact]
    public void A_token_that_can_be_guessed_is_refused_and_not_repeated()
    {
        Write("token", "hunter2\n");
        var error = Assert.Single(Load("\"tokenFile\":\"token\""));
        Assert.Equal("$.page.tokenFile", error.Path);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
        Write("token", new string('x', 16));
        Assert.Empty(Load("\"tokenFile\":\"token\""));
    }

    [Fact]
    public void A_token_that_others_can_read_is_refused()
    {
        Write("token", new string('x', 16), UnixFileMode.OtherRead);
        Assert.Equal("$.page.tokenFile", Assert.Single(Load("\"tokenFile\":\"token\"")).Path);
    }

    [Fact]
    public void A_certificate_without_its_key_is_refused()
    {
        Write("page.pem", "x");
        Assert.Equal("$.page.certificateFile", Assert.Single(Load("\"certificateFile\":\"page.pem\"")).Path);
    }

    [Theory]
    [InlineData("collector:4317")]
    [InlineData("grpc://collector")]
    [InlineData("http://user:hunter2@collector:4317")]
    public void The_address_of_a_collector_is_http_without_credentials(string address)
    {
        var error = Assert.Single(LoadText($"{{\"version\":1,\"network\":{{\"manifest\":\"x\"}},\"metrics\":{{\"otlpAddress\":\"{address}\"}}}}"));
        Assert.Equal("$.metrics.otlpAddress", error.Path);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    private IReadOnlyList<ConfigurationError> Load(string page) => LoadText($"{{\"version\":1,\"network\":{{\"manifest\":\"x\"}},\"page\":{{{page}}}}}");

    private IReadOnlyList<ConfigurationError> LoadText(string text)
    {
        var path = Path.Combine(folder, "edgepose.json");
        File.WriteAllText(path, text);
        return EdgePoseConfiguration.Model.Load(path, new LoadOptions()).Errors;
    }

    private void Write(string name, string text, UnixFileMode more = 0)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
    }
}
