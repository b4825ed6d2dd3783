using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgePose.Cameras.Sources;

namespace EdgePose.Cameras.Tests.Sources;

public sealed class RtspCheckTests : IDisposable
{
    private const string Video = "v=0\r\nm=audio 0 RTP/AVP 8\r\nm=video 0 RTP/AVP 96\r\n";
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_camera_that_describes_a_video_is_opened() => Assert.Null(await CheckAsync(_ => Described(Video)));

    [Theory]
    [InlineData("RTSP/1.0 404 Not Found", CameraFault.NotFound, "404 Not Found")]
    [InlineData("RTSP/1.0 503 Service Unavailable", CameraFault.Unreachable, "503 Service Unavailable")]
    [InlineData("RTSP/1.0 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"c\"", CameraFault.Unauthorized, "set username and passwordFile")]
    [InlineData("RTSP/1.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"c\", nonce=\"n\", algorithm=\"SHA-256\"", CameraFault.Unauthorized, "SHA-256")]
    [InlineData("HTTP/1.1 400 Bad Request", CameraFault.Unreachable, "cannot be read as RTSP")]
    [InlineData("hello", CameraFault.Unreachable, "cannot be read as RTSP")]
    public async Task The_cameras_own_answer_decides(string answer, CameraFault fault, string message)
    {
        var found = await CheckAsync(_ => answer + "\r\n\r\n");
        Assert.Equal(fault, found?.Fault);
        Assert.Contains(message, found!.Value.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_without_video_is_named_so() =>
        Assert.Contains("no video, only audio", (await CheckAsync(_ => Described("v=0\r\nm=audio 0 RTP/AVP 8\r\n")))!.Value.Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Basic realm=\"c\"")]
    [InlineData("Digest realm=\"c\", nonce=\"n\"")]
    [InlineData("Digest realm=\"c\", nonce=\"n\", qop=\"auth\"")]
    public async Task A_wrong_password_is_one_login(string challenge)
    {
        using var camera = new FakeRtspCamera(_ => $"RTSP/1.0 401 Unauthorized\r\nWWW-Authenticate: {challenge}\r\n\r\n");
        var found = await RtspCheck.RunAsync(Camera(camera) with { Username = "viewer" }, "wrong");
        Assert.Equal(CameraFault.Unauthorized, found?.Fault);
        Assert.Single(camera.Requests, request => request.Contains("Authorization:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_password_answers_the_challenge_and_follows_a_redirect()
    {
        using var camera = new FakeRtspCamera(request => request.Contains("Authorization: Basic dmlld2VyOnNlY3JldA==", StringComparison.Ordinal)
            ? Described(Video) : "RTSP/1.0 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"c\"\r\n\r\n");
        using var door = new FakeRtspCamera(_ => $"RTSP/1.0 302 Moved\r\nLocation: {camera.Address}\r\n\r\n");
        Assert.Null(await RtspCheck.RunAsync(Camera(door) with { Username = "viewer" }, "secret"));
    }

    [Fact]
    public async Task A_camera_that_redirects_to_itself_is_a_fault()
    {
        FakeRtspCamera? door = null;
        using (door = new FakeRtspCamera(_ => $"RTSP/1.0 302 Moved\r\nLocation: {door!.Address}\r\n\r\n"))
        {
            Assert.Contains("redirects", (await RtspCheck.RunAsync(Camera(door), null))!.Value.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_unreachable()
    {
        var camera = new FakeRtspCamera(_ => string.Empty);
        camera.Dispose();
        Assert.Equal(CameraFault.Unreachable, (await RtspCheck.RunAsync(Camera(camera), null))?.Fault);
    }

    [Fact]
    public async Task A_certificate_is_trusted_when_it_is_named_and_refused_with_its_reason_otherwise()
    {
        using var certificate = SelfSigned();
        using var camera = new FakeRtspCamera(_ => Described(Video), certificate);
        var found = await RtspCheck.RunAsync(Camera(camera), null);
        Assert.Equal(CameraFault.Unreachable, found?.Fault);
        Assert.Contains("certificate is not trusted", found!.Value.Message, StringComparison.Ordinal);
        Assert.Contains("caFile", found.Value.Message, StringComparison.Ordinal);

        var file = Path.Combine(folder, "camera.pem");
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        Assert.Null(await RtspCheck.RunAsync(Camera(camera) with { CaFile = file }, null));
    }

    [Fact]
    public async Task A_redirect_out_of_the_encryption_is_not_followed_with_the_password()
    {
        using var certificate = SelfSigned();
        var file = Path.Combine(folder, "camera.pem");
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        using var open = new FakeRtspCamera(_ => Described(Video));
        using var door = new FakeRtspCamera(_ => $"RTSP/1.0 302 Moved\r\nLocation: {open.Address}\r\n\r\n", certificate);
        Assert.Contains("not encrypted", (await RtspCheck.RunAsync(Camera(door) with { CaFile = file, Username = "viewer" }, "secret"))!.Value.Message, StringComparison.Ordinal);
        Assert.Empty(open.Requests);
    }

    [Fact]
    public async Task A_caFile_that_holds_no_certificate_is_named()
    {
        using var certificate = SelfSigned();
        using var camera = new FakeRtspCamera(_ => Described(Video), certificate);
        var found = await RtspCheck.RunAsync(Camera(camera) with { CaFile = Path.Combine(folder, "none.pem") }, null);
        Assert.Contains("none.pem cannot be read", found!.Value.Message, StringComparison.Ordinal);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=camera", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private static async Task<(CameraFault Fault, string Message)?> CheckAsync(Func<string, string> answer)
    {
        using var camera = new FakeRtspCamera(answer);
        return await RtspCheck.RunAsync(Camera(camera), null);
    }

    private static string Described(string description) => $"RTSP/1.0 200 OK\r\nContent-Length: {description.Length}\r\n\r\n{description}";

    private static CameraConfig Camera(FakeRtspCamera camera) => new() { Id = "a", Address = camera.Address };
}
