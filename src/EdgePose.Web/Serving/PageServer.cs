using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using EdgePose.Daemon.Settings;
using EdgePose.Delivery.Broker;
using EdgePose.Inference;
using EdgePose.Web.Live;
using EdgePose.Web.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace EdgePose.Web.Serving;

/// <summary>Serves the page in this process. A port that is taken, or any other fault of it, is logged and tried again; it never stops the daemon.</summary>
internal sealed partial class PageServer : BackgroundService
{
    /// <summary>More connections than a few browsers open are refused: each costs memory.</summary>
    private const int MostConnections = 100;

    private const int MostViewerConnections = 32;
    private const int MostBodyBytes = 256 * 1024;
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(30);

    private readonly EdgePoseConfig config;
    private readonly ViewerRoom viewers;
    private readonly Health health;
    private readonly TimeProvider time;
    private readonly ILogger<PageServer> logger;
    private readonly TaskCompletionSource<Uri> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Makes one; <see cref="BackgroundService.StartAsync"/> opens it.</summary>
    public PageServer(EdgePoseConfig config, DeviceMetrics metrics, ViewerRoom viewers, Health health, TimeProvider time, ILogger<PageServer> logger)
    {
        ArgumentNullException.ThrowIfNull(metrics); // its instruments exist before the first scrape
        (this.config, this.viewers, this.health, this.time, this.logger) = (config, viewers, health, time, logger);
    }

    /// <summary>Ends with the page's address when it is open.</summary>
    public Task<Uri> Opened => opened.Task;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ServeAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is IOException or SocketException or UnauthorizedAccessException or CryptographicException)
            {
                LogNotOpened(config.Page.Address, config.Page.Port, fault.Message.TrimEnd('.'));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(Retry, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(CancellationToken stop)
    {
        var app = Build(new PageRequests(config, new Doorkeeper(config, time), viewers, health));
        await using (app.ConfigureAwait(false))
        {
            await app.StartAsync(stop).ConfigureAwait(false);
            var address = AddressOf(app);
            LogOpened(address);
            opened.TrySetResult(address);
            await app.WaitForShutdownAsync(stop).ConfigureAwait(false);
        }
    }

    private WebApplication Build(PageRequests requests)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddProvider(new KestrelLog(logger));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(Configure);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddEdgePose(config.Device).AddPrometheusExporter());
        var app = builder.Build();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(15) });
        app.Use(requests.GuardAsync);
        app.UseOpenTelemetryPrometheusScrapingEndpoint(PageRequests.MetricsPath);
        app.Run(requests.AnswerAsync);
        return app;
    }

    private void Configure(KestrelServerOptions server)
    {
        var page = config.Page;
        server.AddServerHeader = false;
        server.Limits.MaxConcurrentConnections = MostConnections;
        server.Limits.MaxConcurrentUpgradedConnections = MostViewerConnections;
        server.Limits.MaxRequestBodySize = MostBodyBytes;
        server.Limits.MaxRequestLineSize = 4096;
        server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        var address = page.Address == "localhost" ? IPAddress.Loopback : IPAddress.Parse(page.Address);
        server.Listen(address, page.Port, listener =>
        {
            listener.Protocols = HttpProtocols.Http1; // a WebSocket of HTTP/2 would go another way, untested
            if (page is { CertificateFile: { } certificate, KeyFile: { } key })
            {
                listener.UseHttps(DeviceCertificate.Load(config.Resolve(certificate), config.Resolve(key)));
            }
        });
    }

    private static Uri AddressOf(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    [LoggerMessage(EventId = LogEvents.PageOpened, Level = LogLevel.Information, Message = "The page is at {Address}")]
    private partial void LogOpened(Uri address);

    [LoggerMessage(EventId = LogEvents.PageNotOpened, Level = LogLevel.Warning, Message = "The page cannot listen on {Address}, port {Port} ({Reason}). The daemon runs without it and tries again. Set page.port to a free port, or page.enabled to false")]
    private partial void LogNotOpened(string address, int port, string reason);
}
