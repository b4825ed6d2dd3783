using EdgePose.Configuration.Inspection;
using EdgePose.Daemon.Events;
using EdgePose.Daemon.Settings;
using EdgePose.Daemon.Telemetry;
using EdgePose.Delivery.Broker;
using MQTTnet;

namespace EdgePose.Cli;

/// <summary>Connects to the broker of a configuration as the daemon does, with its will, and says what the broker takes. Nothing is published.</summary>
internal static class BrokerCheck
{
    private const string Suffix = "-doctor"; // fixed, so that a broker's policy can allow it

    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    /// <summary>Whether the broker takes the connection, and one line for a person.</summary>
    /// <param name="config">Valid.</param>
    /// <param name="asDaemon">Whether the daemon's own client id is used.</param>
    /// <param name="stop">Ends the wait.</param>
    public static async Task<(bool IsWell, string Line)> RunAsync(EdgePoseConfig config, bool asDaemon, CancellationToken stop)
    {
        var daemon = config.ResolvedMqtt();
        var mqtt = asDaemon ? daemon : daemon with { ClientId = daemon.ClientId + Suffix };
        var topics = new Topics(config.Device.Site, config.Device.Id);
        var ids = new EventIds(config.Device.Id, EventIds.NewBoot(TimeProvider.System));
        var will = new DeviceStatus(config.Device.Id, DaemonState.Version, new DaemonState(TimeProvider.System)).Write(online: false);
        var address = EffectiveConfiguration.Shown(mqtt.Address);
        try
        {
            using var client = new BrokerClient();
            await client.ConnectAsync(mqtt, terms => new CloudEvent(terms, mqtt.Structured, topics.Source, ids).Retained(topics.Status, will), stop).ConfigureAwait(false);
            await client.Mqtt.DisconnectAsync(new MqttClientDisconnectOptions(), CancellationToken.None).WaitAsync(EndLimit, CancellationToken.None).ConfigureAwait(false); // a farewell, so that the will is not sent
            var limits = string.Join("; ", client.Terms.Limits(mqtt.KeepAliveSeconds));
            return (true, $"{address} with MQTT {client.Terms.VersionName}, client id {mqtt.ClientId}{(limits.Length > 0 ? $"; {limits}" : string.Empty)}");
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            var isAboutTheId = exception is BrokerRefusedException { Answer.Code: ReasonCode.NotAuthorized or ReasonCode.ClientIdentifierNotValid } or BrokerClosedException;
            var hint = isAboutTheId && !asDaemon ? $". The daemon's own client id is {daemon.ClientId}; where the broker takes that alone, stop the daemon and run 'edgepose doctor --as-daemon'" : string.Empty;
            return (false, $"{address}: {BrokerFault.Describe(exception, mqtt)}{hint}");
        }
    }
}
