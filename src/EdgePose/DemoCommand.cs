using System.CommandLine;
using EdgePose.Cameras.Sources;
using EdgePose.Cli.Demo;
using EdgePose.Cli.Terminal;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Settings;
using EdgePose.Delivery.Broker;
using EdgePose.Delivery.Spool;
using EdgePose.Web;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgePose.Cli;

/// <summary><c>edgepose demo</c>: the whole product on one machine, seen from the subscriber's side.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var seconds = CommonOptions.Seconds(0);
        var source = new Option<string?>("--source") { Description = "A camera of yours in place of the bundled clip: rtsp://, a file, a folder of pictures, /dev/videoN." };
        var broker = new Option<string?>("--broker") { Description = "A broker of yours in place of the embedded one: mqtt://host:port." };
        var command = new Command("demo", 
            """
            Show the whole product on one machine: serve the bundled clip over RTSP, run the daemon on it with an embedded broker, print the address of its page, and what a subscriber receives. A camera or a
            broker of yours can take the place of either; the address of a camera must not hold its password (configure it for 'edgepose run').

              edgepose demo --seconds 60
              edgepose demo --source rtsp://192.0.2.10/stream --broker mqtt://192.0.2.2:1883
            """) { seconds, source, broker };
        command.SetAction((parsed, stop) => CommandRunner.RunAsync(() => RunAsync(parsed.GetValue(source), parsed.GetValue(broker), parsed.GetValue(seconds), stop), ExitCodes.Config));
        return command;
    }

    private static async Task<int> RunAsync(string? source, string? broker, int seconds, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (seconds > 0)
        {
            ending.CancelAfter(TimeSpan.FromSeconds(seconds));
        }

        await using var embedded = broker is null ? await EmbeddedBroker.StartAsync().ConfigureAwait(false) : null;
        await using var server = source is null ? await TryServeClipAsync(ending.Token).ConfigureAwait(false) : null;
        var config = new EdgePoseConfig
        {
            Device = new DeviceConfig { Site = "demo", Id = "this-machine" },
            Network = new NetworkConfig { Manifest = CommonOptions.BundledNetwork },
            Mqtt = new MqttConfig { Address = broker ?? embedded!.Address, Version = MqttVersion.Auto, ClientId = Subscriber.NewClientId("edgepose-demo") }, // others may run a demo at the same broker
            Spool = new SpoolConfig { Durability = SpoolDurability.Memory }, // a demo leaves nothing behind
            Page = new PageConfig { Port = PageServices.UsualOrFreePort() },
            Cameras = [new CameraConfig { Id = "lobby", Address = source ?? server?.Address ?? DemoMaterial.Clip, Loop = true }],
        };
        using var host = RunCommand.Build(config, LogLevel.Warning);
        var printer = new EventPrinter(Console.Out, TimeProvider.System);
        try
        {
            await host.StartAsync(ending.Token).ConfigureAwait(false);
            Console.WriteLine($"== open {await host.Services.PageAddressAsync(ending.Token).ConfigureAwait(false)} in a browser of this machine");
            Console.WriteLine($"== camera {config.Cameras[0].Address}, broker {config.Mqtt.Address}, topics edgepose/v1/demo/this-machine/#");
            var watching = Subscriber.RunAsync(config.Mqtt with { ClientId = Subscriber.NewClientId("edgepose-demo-watch") }, "edgepose/v1/demo/this-machine/#", printer, ending.Token);
            await Task.WhenAny(watching, host.WaitForShutdownAsync(ending.Token)).ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // the end of --seconds, or Ctrl+C
        }
        catch (Exception exception) when (broker is not null && exception is not OutOfMemoryException)
        {
            await Console.Error.WriteLineAsync($"No connection to the broker {broker}: {BrokerFault.Describe(exception, config.Mqtt)}").ConfigureAwait(false);
            return ExitCodes.Unavailable;
        }

        await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
        Console.WriteLine("== received: " + string.Join(", ", printer.Received.Select(kind => $"{kind.Value} {kind.Key}")));
        if (printer.Received.GetValueOrDefault("pose") == 0 && Environment.ExitCode == 0)
        {
            await Console.Error.WriteLineAsync("No pose arrived; run 'edgepose doctor' to find out why.").ConfigureAwait(false);
            return ExitCodes.Failure;
        }

        return Environment.ExitCode;
    }

    /// <summary>The bundled clip as an RTSP camera; null where the server's packages are not installed, and the clip is played as a file.</summary>
    private static async Task<RtspServer?> TryServeClipAsync(CancellationToken stop)
    {
        try
        {
            return await RtspServer.StartAsync(DemoMaterial.RtspScript, DemoMaterial.Clip, streams: 1, stop).ConfigureAwait(false);
        }
        catch (CommandFault fault)
        {
            await Console.Error.WriteLineAsync($"{fault.Message} The clip is played as a file.").ConfigureAwait(false);
            return null;
        }
    }
}
