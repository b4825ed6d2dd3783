using System.CommandLine;
using EdgePose.Cli.Terminal;
using EdgePose.Configuration.Inspection;
using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Settings;
using EdgePose.Delivery.Broker;

namespace EdgePose.Cli;

/// <summary><c>edgepose watch</c>: what a subscriber receives, readably.</summary>
internal static class WatchCommand
{
    private const string LocalBroker = "mqtt://127.0.0.1:1883";

    public static Command Create()
    {
        var options = new Options();
        var command = new Command("watch", 
            """
            Subscribe to a broker and print what arrives, readably, until Ctrl+C: tracks and states at once, poses as one line a second and camera with people, rate and latency. With --config
            the broker is that of a configuration, with its user, certificates and version. Each other option goes before it.

            Exit codes: 0 it was told to stop; 69 there is no connection, the subscription was refused, or the connection was lost; 78 the configuration is at fault.

              edgepose watch --config /etc/edgepose/edgepose.json
              edgepose watch --broker mqtts://broker.example:8883 --username viewer --password-file password --topic 'edgepose/v1/shop/#'
            """)
        {
            options.Config, options.Broker, options.User, options.PasswordFile, options.Authority, options.Certificate, options.Key, options.ClientId, options.Alpn, options.Version, options.Filter,
        };
        command.SetAction((parsed, stop) => CommandRunner.RunAsync(() => RunAsync(options, parsed, stop), ExitCodes.Config));
        return command;
    }

    private static async Task<int> RunAsync(Options options, ParseResult parsed, CancellationToken stop)
    {
        var config = Broker(options, parsed);
        if (Credentials.IsIn(config.Address))
        {
            throw new CommandFault(ExitCodes.Usage, "--broker: the address holds a user or a password; write it without them, and name them by --username and --password-file.");
        }

        try
        {
            await Subscriber.RunAsync(config, parsed.GetRequiredValue(options.Filter), new EventPrinter(Console.Out, TimeProvider.System), stop).ConfigureAwait(false);
            return ExitCodes.Ok;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            await Console.Error.WriteLineAsync($"No connection to the broker {EffectiveConfiguration.Shown(config.Address)}: {BrokerFault.Describe(exception, config)}").ConfigureAwait(false);
            return ExitCodes.Unavailable;
        }
    }

    private static MqttConfig Broker(Options options, ParseResult parsed)
    {
        var path = parsed.GetValue(options.Config);
        var config = path is null ? new MqttConfig { Address = LocalBroker, Version = MqttVersion.Auto } : OfConfiguration(path.FullName);
        return config with
        {
            Address = parsed.GetValue(options.Broker) ?? config.Address,
            Username = parsed.GetValue(options.User) ?? config.Username,
            PasswordFile = parsed.GetValue(options.PasswordFile) ?? config.PasswordFile,
            CaFile = parsed.GetValue(options.Authority) ?? config.CaFile,
            CertificateFile = parsed.GetValue(options.Certificate) ?? config.CertificateFile,
            KeyFile = parsed.GetValue(options.Key) ?? config.KeyFile,
            Alpn = parsed.GetValue(options.Alpn) ?? config.Alpn,
            ClientId = parsed.GetValue(options.ClientId) ?? Subscriber.NewClientId($"{config.ClientId ?? "edgepose"}-watch"),
            Version = parsed.GetValue(options.Version) switch
            {
                "5" => MqttVersion.V5,
                "3.1.1" => MqttVersion.V311,
                "auto" => MqttVersion.Auto,
                _ => config.Version,
            },
        };
    }

    private static MqttConfig OfConfiguration(string path)
    {
        var (loaded, errors) = EdgePoseConfiguration.Model.Load(path);
        return loaded?.ResolvedMqtt() ?? throw new CommandFault(ExitCodes.Config, string.Join(Environment.NewLine, errors));
    }

    private sealed class Options
    {
        public Option<FileInfo?> Config { get; } = new("--config", "-c") { Description = "A configuration, a file or a fleet's folder, whose broker is watched." };

        public Option<string?> Broker { get; } = new("--broker") { Description = $"The broker, as in the configuration: mqtt://host:port, mqtts://, ws://, wss://; {LocalBroker} by default." };

        public Option<string?> User { get; } = new("--username") { Description = "The user at the broker." };

        public Option<string?> PasswordFile { get; } = new("--password-file") { Description = "A file that holds the password." };

        public Option<string?> Authority { get; } = new("--ca-file") { Description = "Certificates (PEM) of the authority that signed the broker's." };

        public Option<string?> Certificate { get; } = new("--certificate-file") { Description = "Certificate for mutual TLS (PEM), with its intermediates behind it." };

        public Option<string?> Key { get; } = new("--key-file") { Description = "Private key of the certificate (PEM)." };

        public Option<string?> ClientId { get; } = new("--client-id") { Description = "The client id, where the broker's policy wants a certain one. A client with a daemon's id ends the daemon's connection." };

        public Option<string?> Alpn { get; } = new("--alpn") { Description = "Protocol name for TLS (ALPN), where MQTT shares port 443." };

        public Option<string?> Version { get; } = WithVersions(new Option<string?>("--mqtt-version") { Description = "MQTT version: 5, 3.1.1, or auto, which tries 5, then 3.1.1 (the default without --config)." });

        public Option<string> Filter { get; } = new("--topic") { Description = "The topic filter.", DefaultValueFactory = _ => "edgepose/v1/#" };

        private static Option<string?> WithVersions(Option<string?> option) => option.AcceptOnlyFromAmong("5", "3.1.1", "auto");
    }
}
