using System.CommandLine;
using EdgePose.Daemon;
using EdgePose.Daemon.Cameras;
using EdgePose.Daemon.Configuration;
using EdgePose.Daemon.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgePose.Cli;

/// <summary><c>edgepose run</c>: the daemon, until it is told to stop.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var command = new Command(
            "run",
            """
            Run the daemon in the foreground: cameras in, events out, until SIGTERM or Ctrl+C. This is what systemd runs. A camera or a broker that is away is tried again and again, and
            delays nothing else. Every key of the configuration: docs/configuration.md.

            Exit codes: 0 it was told to stop; 78 the configuration or the network is at fault (every error is listed; do not restart); 70 a fault of the program.
            """)
        {
            config,
        };
        command.SetAction((parsed, stop) => RunAsync(parsed.GetRequiredValue(config).FullName, stop));
        return command;
    }

    private static async Task<int> RunAsync(string path, CancellationToken stop)
    {
        var loaded = ConfigurationLoader.Load(path);
        if (loaded.Config is not { } configuration)
        {
            foreach (var error in loaded.Errors)
            {
                await Console.Error.WriteLineAsync(error.ToString()).ConfigureAwait(false);
            }

            return ExitCodes.Config;
        }

        if (configuration.Cameras.IsEmpty)
        {
            await Console.Error.WriteLineAsync($"{path}: $.cameras: no camera is configured. Add one, see docs/configuration.md.").ConfigureAwait(false);
            return ExitCodes.Config;
        }

        using var trimming = NativeAllocator.TrimNowAndThen();
        using var host = Build(configuration);
        await host.RunAsync(stop).ConfigureAwait(false);
        return Environment.ExitCode;
    }

    /// <summary>The host with logging to the console (journald adds the time) and systemd's notify socket.</summary>
    internal static IHost Build(EdgePoseConfig configuration, LogLevel level = LogLevel.Information)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.SetMinimumLevel(level);
        if (Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 })
        {
            builder.Logging.AddSystemdConsole(); // journald adds the time, and reads the level from the line's head
        }
        else
        {
            builder.Logging.AddSimpleConsole(options =>
            {
                options.SingleLine = true;
                options.TimestampFormat = "HH:mm:ss.fff ";
                options.UseUtcTimestamp = true;
            });
        }

        builder.Services.AddSingleton(_ => ServiceManager.FromEnvironment());
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(configuration);
        builder.Services.AddSingleton(DecoderCommand.OfThisProgram());
        builder.Services.AddHostedService<EdgePoseService>();
        return builder.Build();
    }
}
