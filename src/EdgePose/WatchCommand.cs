using System.CommandLine;
using EdgePose.Configuration.Inspection;
using EdgePose.Daemon.Hosting;
using EdgePose.Delivery.Broker;

namespace EdgePose.Cli;

/// <summary><c>edgepose watch</c>: what a subscriber receives, readably.</summary>
internal static class WatchCommand
{
    public static Command Create()
    {
        var broker = new Option<string>("--broker") { Description = "The broker, as in the configuration: mqtt://host:port, mqtts://, ws://, wss://.", DefaultValueFactory = _ => "mqtt://127.0.0.1:1883" };
        var user = new Option<string?>("--username") { Description = "The user at the broker." };
        var passwordFile = new Option<string?>("--password-file") { Description = "A file that holds the password." };
        var authority = new Option<string?>("--ca-file") { Description = "Certificates (PEM) of the authority that signed the broker's." };
        var filter = new Option<string>("--topic") { Description = "The topic filter.", DefaultValueFactory = _ => "edgepose/v1/#" };
        var command = new Command("watch", 
            """
            Subscribe to a broker and print what arrives, readably, until Ctrl+C: tracks and states at once, poses as one line a second and camera with people, rate and latency.

              edgepose watch --broker mqtts://broker.example:8883 --username viewer --password-file password --topic 'edgepose/v1/shop/#'
            """) { broker, user, passwordFile, authority, filter };
        command.SetAction(async (parsed, stop) =>
        {
            var config = new MqttConfig
            {
                Address = parsed.GetRequiredValue(broker), Username = parsed.GetValue(user), PasswordFile = parsed.GetValue(passwordFile), CaFile = parsed.GetValue(authority),
            };
            try
            {
                var options = BrokerOptions.Create(config, $"edgepose-watch-{Environment.ProcessId}", willTopic: null, will: null);
                await Subscriber.RunAsync(options, parsed.GetRequiredValue(filter), new EventPrinter(Console.Out, TimeProvider.System), stop).ConfigureAwait(false);
                return ExitCodes.Ok;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                await Console.Error.WriteLineAsync($"No connection to the broker {EffectiveConfiguration.Shown(config.Address)}: {BrokerFault.Describe(exception)}").ConfigureAwait(false);
                return ExitCodes.Unavailable;
            }
        });
        return command;
    }
}
