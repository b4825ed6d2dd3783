using EdgePose.Inference;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Networks;

/// <summary>Opens and warms the network of a plan; see <see cref="NetworkOpener.Open(NetworkPlan, IProgress{string}?)"/>.</summary>
/// <exception cref="NetworkException">The file, the shape or the machine is at fault; with the remedy.</exception>
public delegate PoseNetwork OpenNetwork(NetworkPlan plan, IProgress<string>? progress);

/// <summary>Opens networks. Everything in this room logs under <see cref="LogCategory"/>.</summary>
/// <param name="open">Opens one; a test has its own.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">The log.</param>
public sealed class NetworkRoom(OpenNetwork open, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>The category of the log.</summary>
    public const string LogCategory = "EdgePose.Networks";

    /// <summary>The log of this room.</summary>
    public ILogger Logger { get; } = loggers.CreateLogger(LogCategory);

    /// <summary>Opens and warms a network on a thread of its own.</summary>
    public Task<PoseNetwork> OpenAsync(NetworkPlan plan) => NetworkOpener.OnItsOwnThread(open, plan, NetworkLog.Progress(Logger));

    /// <summary>Takes over an open network, to exchange it for others.</summary>
    /// <param name="plan">What it was opened for.</param>
    /// <param name="opened">Opened and warm; owned from now on.</param>
    public LiveNetwork Own(NetworkPlan plan, PoseNetwork opened) => new(plan, opened, open, time);
}

/// <summary>Adds the room to a host.</summary>
public static class NetworkServices
{
    /// <summary>Adds <see cref="NetworkRoom"/>, which wants a <see cref="TimeProvider"/>. It opens networks by <see cref="NetworkOpener"/>, unless an <see cref="OpenNetwork"/> was added before.</summary>
    public static IServiceCollection AddNetworks(this IServiceCollection services)
    {
        services.TryAddSingleton<OpenNetwork>(NetworkOpener.Open);
        return services.AddSingleton<NetworkRoom>();
    }
}
