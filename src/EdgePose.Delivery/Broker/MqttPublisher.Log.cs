using EdgePose.Inference;
using Microsoft.Extensions.Logging;

namespace EdgePose.Delivery.Broker;

public sealed partial class MqttPublisher
{
    [LoggerMessage(EventId = LogEvents.BrokerConnected, Level = LogLevel.Information, Message = "Connected to the broker {Address} with MQTT {Version}; {Waiting} events wait")]
    private partial void LogConnected(string address, string version, int waiting);

    [LoggerMessage(EventId = LogEvents.BrokerAway, Level = LogLevel.Warning, Message = "No connection to the broker {Address}: {Reason}; next try in {Pause:0.0} s")]
    private partial void LogAway(string address, string reason, double pause);

    [LoggerMessage(EventId = LogEvents.BrokerCertificate, Level = LogLevel.Warning, Message = "The certificate {File} {Warning}")]
    private partial void LogCertificate(string file, string warning);

    [LoggerMessage(EventId = LogEvents.BrokerRefused, Level = LogLevel.Warning, Message = "The broker does not take {Topic} ({Reason}): what goes there waits, and is tried again every minute at the latest")]
    private partial void LogRefused(string topic, string reason);

    [LoggerMessage(EventId = LogEvents.BrokerDropped, Level = LogLevel.Error, Message = "An event for {Topic} is dropped, because {Reason}")]
    private partial void LogDropped(string topic, string reason);

    [LoggerMessage(EventId = LogEvents.BrokerTooLong, Level = LogLevel.Warning, Message = "What goes to {Topic} is left out where it is longer than the broker takes ({Bytes} bytes, and {Most} at most): raise the broker's max_packet_size")]
    private partial void LogTooLong(string topic, long bytes, long most);

    [LoggerMessage(EventId = LogEvents.BrokerLimits, Level = LogLevel.Warning, Message = "The broker {Address} does not take everything: {Limits}")]
    private partial void LogLimits(string address, string limits);
}
