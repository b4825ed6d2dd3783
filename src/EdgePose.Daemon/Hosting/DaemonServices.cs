using System.Diagnostics.Metrics;
using EdgePose.Delivery.Broker;
using EdgePose.Cameras.Supervision;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Overload;
using EdgePose.Daemon.Reload;
using EdgePose.Daemon.Settings;
using EdgePose.Daemon.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EdgePose.Daemon.Hosting;

/// <summary>Adds the daemon to a host: its rooms, and the service that runs them.</summary>
public static class DaemonServices
{
    /// <summary>Adds everything. What a test wants otherwise, it adds before: a clock, an <see cref="OpenNetwork"/>, a decoder, a service manager.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="config">Valid: the one that lies at the origin, or the last good one.</param>
    /// <param name="origin">Where it was read from, so that changes there are taken over; null for a configuration that lies nowhere.</param>
    public static IServiceCollection AddDaemon(this IServiceCollection services, EdgePoseConfig config, ConfigurationOrigin? origin = null)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => ServiceManager.FromEnvironment());
        services.TryAddSingleton(_ => new ThermalZones());
        services.AddSingleton(provider => provider.GetRequiredService<IMeterFactory>().Create(PipelineMeter.MeterName));
        services.AddSingleton(provider => new PipelineMeter(provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<Meter>()));
        services.AddSingleton(config);
        services.AddNetworks().AddCameras().AddDelivery();
        services.AddSingleton<DaemonState>();
        services.AddSingleton<DaemonRooms>();
        services.AddSingleton<EdgePoseService>();
        services.AddHostedService(provider => provider.GetRequiredService<EdgePoseService>());
        if (origin is not null)
        {
            services.AddSingleton(origin);
            services.AddHostedService<ReloadService>();
        }

        return services;
    }
}
