using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using EdgePose.Daemon;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Settings;
using EdgePose.Daemon.Telemetry;
using EdgePose.Web.Live;
using EdgePose.Web.Metrics;
using EdgePose.Web.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace EdgePose.Web;

/// <summary>Adds the operator's page, metrics and health to a host that has the daemon (<see cref="DaemonServices"/>).</summary>
public static class PageServices
{
    /// <summary>Adds what <paramref name="config"/> asks for. Without page and collector this is nothing.</summary>
    public static IServiceCollection AddPage(this IServiceCollection services, EdgePoseConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        services.TryAddSingleton(_ => new DeviceSensors());
        services.AddSingleton(provider => new DeviceMetrics(
            provider.GetRequiredService<Meter>(), provider.GetRequiredService<EdgePoseService>(), provider.GetRequiredService<DaemonState>(), provider.GetRequiredService<DeviceSensors>()));
        services.AddHostedService(provider => new MetricsPush(config.Metrics, config.Device, provider.GetRequiredService<DeviceMetrics>()));
        if (!config.Page.Enabled)
        {
            return services;
        }

        services.AddSingleton(provider => new RecentEvents(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ILoggerProvider, EventLog>();
        services.AddSingleton(provider => new ViewHub(
            config.Page, provider.GetRequiredService<DaemonState>(), provider.GetRequiredService<RecentEvents>(), provider.GetRequiredService<Meter>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ViewHub>>()));
        services.AddSingleton<DeviceView>();
        services.AddSingleton<ViewerRoom>();
        services.AddSingleton(provider => new Health(
            () => provider.GetRequiredService<PipelineMeter>().LongestStep, () => provider.GetRequiredService<EdgePoseService>().Live));
        services.AddSingleton<IFrameObserver>(provider => provider.GetRequiredService<ViewHub>());
        services.AddSingleton<PageServer>();
        return services.AddHostedService(provider => provider.GetRequiredService<PageServer>());
    }

    /// <summary>Waits until the page is open.</summary>
    /// <returns>Its address; null where the configuration has no page.</returns>
    public static async Task<Uri?> PageAddressAsync(this IServiceProvider services, CancellationToken stop) =>
        services.GetService<PageServer>() is { } page ? await page.Opened.WaitAsync(stop).ConfigureAwait(false) : null;

    /// <summary>The usual port where it is free, else 0 for any free one: a trial beside a service must not be refused.</summary>
    public static int UsualOrFreePort()
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, PageConfig.DefaultPort);
            probe.Start();
            return PageConfig.DefaultPort;
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
