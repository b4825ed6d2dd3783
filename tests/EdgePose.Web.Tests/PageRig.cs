using System.Net.WebSockets;
using System.Text;
using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Sources;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Settings;
using EdgePose.Delivery.Broker;
using EdgePose.Delivery.Spool;
using EdgePose.Inference;
using EdgePose.Web.Live;
using EdgePose.Web.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EdgePose.Web.Tests;

/// <summary>A whole daemon with its page on a free port: the bundled clip as cameras, the small early network, and a broker that is away.</summary>
public sealed class PageRig : IAsyncDisposable
{
    private readonly IHost host;

    private PageRig(IHost host, Uri address)
    {
        this.host = host;
        Address = new UriBuilder(address) { Host = "127.0.0.1" }.Uri; // also where it listens on every address
        Client = NewClient();
    }

    /// <summary>The page's address.</summary>
    public Uri Address { get; }

    /// <summary>A program that asks the page. It follows no redirect.</summary>
    public HttpClient Client { get; }

    internal bool IsPageOpen => host.Services.GetRequiredService<PageServer>().Opened.IsCompleted;

    internal ViewHub Hub => host.Services.GetRequiredService<ViewHub>();

    internal EdgePoseService Service => host.Services.GetRequiredService<EdgePoseService>();

    /// <summary>A configuration of <paramref name="cameras"/> cameras.</summary>
    public static EdgePoseConfig Config(int cameras = 1) => new()
    {
        BaseFolder = Repository.Root,
        Device = new DeviceConfig { Site = "test", Id = "device" },
        Network = new NetworkConfig { Manifest = "models/edgepose-v0.json", InputWidthPx = 328, InputHeightPx = 184, MaxBatch = 2, Providers = [ExecutionProvider.Cpu] },
        Mqtt = new MqttConfig { Address = "mqtt://127.0.0.1:9" },
        Spool = new SpoolConfig { Durability = SpoolDurability.Memory },
        Page = new PageConfig { Port = 0 },
        Cameras = [.. Enumerable.Range(0, cameras).Select(i => new CameraConfig { Id = cameras == 1 ? "lobby" : $"lobby-{i}", Address = "scenes/lobby.mp4", Loop = true })],
    };

    /// <summary>Starts one and waits until the page is open.</summary>
    public static async Task<PageRig> StartAsync(EdgePoseConfig config, Action<IServiceCollection>? before = null, bool waitsForPage = true)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(new ServiceManager(notifySocket: null));
        builder.Services.AddSingleton(new DecoderCommand(Path.Combine(AppContext.BaseDirectory, "edgepose"), ["decode"]));
        before?.Invoke(builder.Services);
        builder.Services.AddDaemon(config).AddPage(config);
        var host = builder.Build();
        await host.StartAsync();
        return new PageRig(host, waitsForPage ? await host.Services.GetRequiredService<PageServer>().Opened.WaitAsync(Patience.Span) : new Uri("http://127.0.0.1:9"));
    }

    /// <summary>Waits until frames went through the network.</summary>
    public async Task SeeFramesAsync(int frames = 20) => await UntilAsync(() => Service.Meter.Frames >= frames);

    /// <summary>Waits for what is expected sooner or later.</summary>
    public static async Task UntilAsync(Func<bool> holds)
    {
        var limit = DateTime.UtcNow + Patience.Span;
        while (!holds())
        {
            Assert.True(DateTime.UtcNow < limit, "it did not come");
            await Task.Delay(20);
        }
    }

    /// <summary>Opens the page's WebSocket.</summary>
    public async Task<ClientWebSocket> LookAsync(string? request = null, Action<ClientWebSocketOptions>? options = null)
    {
        var socket = new ClientWebSocket();
        options?.Invoke(socket.Options);
        await socket.ConnectAsync(new UriBuilder(new Uri(Address, "/live")) { Scheme = Address.Scheme == "https" ? "wss" : "ws" }.Uri, TestContext.Current.CancellationToken);
        if (request is not null)
        {
            await SendAsync(socket, request);
        }

        return socket;
    }

    /// <summary>Sends a text.</summary>
    public static Task SendAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);

    /// <summary>The next whole message; null bytes after the close.</summary>
    public static async Task<(WebSocketMessageType Type, byte[] Bytes)> ReceiveAsync(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(Patience.Span);
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
            message.Write(buffer, 0, got.Count);
            if (got.EndOfMessage || got.MessageType == WebSocketMessageType.Close)
            {
                return (got.MessageType, message.ToArray());
            }
        }
    }

    /// <summary>A client that trusts the certificate of the test.</summary>
    public HttpClient NewClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    })
    {
        BaseAddress = Address,
        Timeout = Patience.Span,
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await UntilAsync(() => Service.Live is { IsRunning: true }); // a daemon that stops while it opens a network ends its process, which is the test's
        await host.StopAsync();
        host.Dispose();
    }
}
