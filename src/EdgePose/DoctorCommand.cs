using System.CommandLine;
using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using EdgePose.Cameras.Supervision;
using EdgePose.Cli.Terminal;
using EdgePose.Configuration.Inspection;
using EdgePose.Daemon.Checks;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Reload;
using EdgePose.Daemon.Settings;
using EdgePose.Inference;
using EdgePose.Tracking;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgePose.Cli;

/// <summary><c>edgepose doctor</c>: tries each part for real, and says of each fault what to do.</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan CameraLimit = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var config = CommonOptions.Config();
        var asDaemon = new Option<bool>("--as-daemon") { Description = "Use the daemon's own client id at the broker, where its policy takes no other. Stop the daemon first: its connection would end." };
        var command = new Command("doctor", 
            """
            Try each part for real, and say of each fault what to do: the native libraries, GStreamer's elements, the configuration, the network and the provider that really runs it, the
            broker, and a first frame of each camera (30 seconds at most). Nothing is published. The broker is asked as the daemon asks it, with the same will and limits, under the daemon's client
            id with -doctor behind it, so that a running daemon stays connected.

            Exit codes: 0 all is well; 69 something is not; 78 the configuration is at fault.
            """) { config, asDaemon };
        command.SetAction((parsed, stop) => RunAsync(parsed.GetRequiredValue(config).FullName, parsed.GetValue(asDaemon), stop));
        return command;
    }

    private static async Task<int> RunAsync(string path, bool asDaemon, CancellationToken stop)
    {
        var ill = 0;
        void Say(bool well, string what, string detail)
        {
            ill += well ? 0 : 1;
            Console.WriteLine($"{(well ? "ok   " : "FAULT")} {what}: {detail}");
        }

        foreach (var (well, name, detail) in GStreamerCheck.Run())
        {
            Say(well, name, detail);
        }

        var (loaded, errors) = ConfigurationSnapshot.Take(path).Result; // as 'edgepose run' loads it
        if (loaded is not { } config)
        {
            foreach (var error in errors)
            {
                Say(false, "configuration", error.ToString());
            }

            return ExitCodes.Config;
        }

        Say(true, "configuration", path);
        CheckNetwork(config, Say);
        var (isWell, answer) = await BrokerCheck.RunAsync(config, asDaemon, stop).ConfigureAwait(false);
        Say(isWell, "broker", answer);
        foreach (var camera in config.Cameras)
        {
            await CheckCameraAsync(config, camera, Say, stop).ConfigureAwait(false);
        }

        return ill == 0 ? ExitCodes.Ok : ExitCodes.Unavailable;
    }

    private static void CheckNetwork(EdgePoseConfig config, Action<bool, string, string> say)
    {
        try
        {
            using var network = NetworkOpener.Open(PlanCheck.Of(config), progress: null);
            say(true, "network", $"{network.Manifest.Id}, sha256 {network.Manifest.Sha256[..12]}");
            say(true, "provider", network.Providers.ToString());
        }
        catch (NetworkException exception)
        {
            foreach (var fault in exception.Faults)
            {
                say(false, "network", fault);
            }
        }
    }

    private static async Task CheckCameraAsync(EdgePoseConfig config, CameraConfig camera, Action<bool, string, string> say, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var signal = new FrameSignal();
        using var mailbox = new LatestFrame(signal, lossless: false, TimeProvider.System);
        var feed = new CameraFeed(config.ResolvedCamera(camera), mailbox, TimeProvider.System);
        var supervisor = new CameraSupervisor(
            feed, config.PasswordOf(camera), config.Network.InputWidthPx, config.Network.InputHeightPx, new FramePool(4), DecoderCommand.OfThisProgram(), TimeProvider.System, NullLogger.Instance);
        var note = "no frame came in time";
        supervisor.Noted += text => note = text;
        var running = supervisor.RunAsync(ending.Token);
        var start = TimeProvider.System.GetTimestamp();
        while (supervisor.Status.State == CameraState.Connecting && TimeProvider.System.GetElapsedTime(start) < CameraLimit)
        {
            await Task.Delay(50, stop).ConfigureAwait(false);
        }

        var status = supervisor.Status;
        var well = status.State is CameraState.Running or CameraState.Ended;
        var address = EffectiveConfiguration.Shown(camera.Address);
        say(well, $"camera {camera.Id}", well ? $"{address} sends frames" : $"{address}: {(status.Message.Length > 0 ? status.Message : note)}");
        await ending.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
    }
}
