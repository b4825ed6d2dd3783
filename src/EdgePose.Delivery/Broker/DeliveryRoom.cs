using System.Diagnostics.Metrics;
using EdgePose.Delivery.Spool;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgePose.Delivery.Broker;

/// <summary>Makes publishers. Everything in this room logs under <see cref="LogCategory"/>.</summary>
/// <param name="meter">Gets the instruments <c>edgepose.mqtt.*</c> and <c>edgepose.spool.*</c>.</param>
/// <param name="loggers">The log.</param>
public sealed class DeliveryRoom(Meter meter, ILoggerFactory loggers)
{
    /// <summary>The category of the log.</summary>
    public const string LogCategory = "EdgePose.Delivery";

    /// <summary>The log of this room.</summary>
    public ILogger Logger { get; } = loggers.CreateLogger(LogCategory);

    /// <summary>Makes a publisher; see the constructor of <see cref="MqttPublisher"/>.</summary>
    public MqttPublisher NewPublisher(MqttConfig config, string statusTopic, Func<bool, byte[]> status, IEventStore store, EventIds ids, string source) =>
        new(config, statusTopic, status, store, ids, source, meter, Logger);
}

/// <summary>Adds the room to a host.</summary>
public static class DeliveryServices
{
    /// <summary>Adds <see cref="DeliveryRoom"/>, which wants a <see cref="Meter"/>.</summary>
    public static IServiceCollection AddDelivery(this IServiceCollection services) => services.AddSingleton<DeliveryRoom>();
}
