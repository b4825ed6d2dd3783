using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using EdgePose.Daemon.Settings;
using EdgePose.Web.Serving;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace EdgePose.Web.Tests;

/// <summary>Who gets in. The page beyond loopback: TLS and a token.</summary>
public sealed class DoorTests(DoorTests.Guarded guarded) : IClassFixture<DoorTests.Guarded>
{
    private const string Token = "a-token-of-the-test-1234";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HttpClient Client => guarded.Rig.Client;

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/live")]
    [InlineData("/page.js")]
    [InlineData("/index.html")]
    public async Task Without_the_token_nothing_is_shown(string path)
    {
        foreach (var authorization in new[] { null, "Bearer wrong", "Bearer ", "Basic YTpi", $"Bearer {Token}x" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
            using var answer = await Client.SendAsync(request, Stop);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.DoesNotContain("edgepose_", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_root_leads_a_browser_without_a_token_to_the_login()
    {
        using var answer = await Client.GetAsync("/", Stop);
        Assert.Equal((HttpStatusCode.Redirect, "/login.html"), (answer.StatusCode, answer.Headers.Location?.ToString()));
        Assert.Equal(HttpStatusCode.OK, (await Client.GetAsync("/login.html", Stop)).StatusCode);
    }

    [Fact]
    public async Task A_scraper_gets_in_by_the_bearer_token()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var answer = await Client.SendAsync(request, Stop);
        Assert.Contains("edgepose_ready", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_browser_gets_in_by_a_cookie_that_scripts_and_foreign_pages_cannot_use()
    {
        using var form = new FormUrlEncodedContent([new("token", Token)]);
        using var login = await Client.PostAsync("/login", form, Stop);
        var cookie = Assert.Single(login.Headers.GetValues("Set-Cookie"));
        Assert.All(["httponly", "samesite=strict", "secure"], flag => Assert.Contains(flag, cookie, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(Token, cookie, StringComparison.Ordinal);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Cookie", cookie.Split(';')[0]);
        using var page = await Client.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("frame-ancestors 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_token_at_the_login_gives_no_cookie()
    {
        using var form = new FormUrlEncodedContent([new("token", "wrong")]);
        using var login = await Client.PostAsync("/login", form, Stop);
        Assert.False(login.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    public async Task A_foreign_origin_is_refused_even_with_the_token(string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        request.Headers.Add("Origin", origin);
        using var answer = await Client.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);

        var fault = await Assert.ThrowsAsync<WebSocketException>(() => guarded.Rig.LookAsync(options: options =>
        {
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
            options.SetRequestHeader("Authorization", $"Bearer {Token}");
            options.SetRequestHeader("Origin", origin);
        }));
        Assert.Contains("403", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_needs_no_token_and_tells_no_more_than_a_word()
    {
        Assert.Equal("ok\n", await Client.GetStringAsync("/healthz", Stop));
        await guarded.Rig.SeeFramesAsync(1);
        Assert.Equal("ok\n", await Client.GetStringAsync("/readyz", Stop));
    }

    [Fact]
    public async Task Beyond_loopback_skeletons_alone_are_shown_however_a_browser_asks()
    {
        using var socket = await guarded.Rig.LookAsync("""{"cameras":["lobby"],"pictures":true}""", options =>
        {
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
            options.SetRequestHeader("Authorization", $"Bearer {Token}");
        });
        for (var frames = 0; frames < 3;)
        {
            var (type, bytes) = await PageRig.ReceiveAsync(socket);
            if (type == WebSocketMessageType.Binary)
            {
                Assert.Equal(bytes.Length, 4 + BitConverter.ToInt32(bytes, 0));
                frames++;
            }
        }

        Assert.Equal(0, guarded.Rig.Hub.PicturesMade);
    }

    [Fact]
    public void After_many_wrong_tokens_even_the_right_one_waits_a_minute()
    {
        var time = new FakeTimeProvider();
        var door = new Doorkeeper(guarded.Config, time);
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(Admission.Wrong, door.Try($"guess {i}")));
        Assert.Equal(Admission.TooMany, door.Try(Token));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Admission.Granted, door.Try(Token));
    }

    [Theory]
    [InlineData("evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1", true)]
    public void On_loopback_a_foreign_host_name_is_refused(string name, bool isOurs)
    {
        var context = new DefaultHttpContext();
        (context.Request.Scheme, context.Request.Host) = ("http", new HostString(name, 8650));
        Assert.Equal(isOurs, new Doorkeeper(PageRig.Config(), TimeProvider.System).IsFromHere(context.Request));
    }

    /// <summary>A page on loopback: a trick there would be one beyond it too.</summary>
    [Fact]
    public async Task Tricks_with_paths_find_no_file()
    {
        await using var rig = await PageRig.StartAsync(PageRig.Config());
        string[] tricks =
        [
            "/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd", "//etc/passwd", "/page.css/../../../etc/passwd", "/index.html%00.css", "/page/index.html",
            "/PAGE.CSS", "/page.css/", "/.%5c..%5cetc%5cpasswd", "/config/edgepose.json", "/metrics/../../etc/passwd", "/%252e%252e/etc/passwd", "file:///etc/passwd",
        ];
        foreach (var trick in tricks)
        {
            var answer = await RawAsync(rig.Address, $"GET {trick} HTTP/1.1\r\nHost: {rig.Address.Authority}\r\nConnection: close\r\n\r\n");
            Assert.Matches("^HTTP/1.1 4(00|04)", answer);
            Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("passwd", answer, StringComparison.Ordinal);
        }

        foreach (var method in new[] { "PUT", "DELETE", "POST", "TRACE", "OPTIONS" })
        {
            Assert.Matches("^HTTP/1.1 405", await RawAsync(rig.Address, $"{method} /index.html HTTP/1.1\r\nHost: {rig.Address.Authority}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        }
    }

    private static async Task<string> RawAsync(Uri address, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, Stop);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Stop);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Stop);
    }

    /// <summary>A page with token and TLS on every address of the machine.</summary>
    public sealed class Guarded : IAsyncLifetime
    {
        private readonly PageSecrets secrets = new(Token);

        public PageRig Rig { get; private set; } = null!;

        public EdgePoseConfig Config => PageRig.Config() with
        {
            Page = new PageConfig { Address = "0.0.0.0", Port = 0, TokenFile = secrets.Token, CertificateFile = secrets.Certificate, KeyFile = secrets.Key },
        };

        public async ValueTask InitializeAsync() => Rig = await PageRig.StartAsync(Config);

        public async ValueTask DisposeAsync()
        {
            await Rig.DisposeAsync();
            secrets.Dispose();
        }
    }
}
