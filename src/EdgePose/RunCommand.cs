using System.CommandLine;
using EdgePose.Cli.Terminal;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Reload;
using EdgePose.Daemon.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgePose.Cli;

/// <summary><c>edgepose run</c>: the daemon, until a stop signal.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var command = new Command(
            "run",
            """
            Run the daemon in the foreground: cameras in, events out, until SIGTERM or Ctrl+C. This is what systemd runs. A camera or a broker that is away is tried again and again, and
            delays nothing else. Every key of the configuration: docs/configuration.md. Another configuration is taken over while it runs, when the files change, on SIGHUP, and on
            'edgepose reload'; one with errors is refused, and the one before runs on. At a start the last good one runs instead, which is kept in the state folder, until the files are corrected.

            Exit codes: 0 it was told to stop; 78 the configuration or the network is at fault, and there is no last good one (every error is listed; do not restart); 70 a fault of the program.
            """)
        {
            config,
        };
        command.SetAction((parsed, stop) => RunAsync(parsed.GetRequiredValue(config).FullName, stop));
        return command;
    }

    private static async Task<int> RunAsync(string path, CancellationToken stop)
    {
        var origin = new ConfigurationOrigin(path, ConfigurationSnapshot.Take(path), LastGoodConfiguration.Of(path));
        var start = origin.Start.Result;
        var lastGood = start.Config is null ? origin.LastGood.Read() : default;
        if ((start.Config ?? lastGood.Config) is not { } configuration)
        {
            foreach (var error in start.Errors.Concat(lastGood.Errors))
            {
                await Console.Error.WriteLineAsync(error.ToString()).ConfigureAwait(false);
            }

            return ExitCodes.Config;
        }

        using var trimming = NativeAllocator.TrimNowAndThen();
        using var host = Build(configuration, origin: origin);
        await host.RunAsync(stop).ConfigureAwait(false);
        return Environment.ExitCode;
    }

    /// <summary>The host with logging to the console (journald adds the time) and systemd's notify socket.</summary>
    /// <param name="configuration">Valid: the one that lies at the origin, or the last good one.</param>
    /// <param name="level">The least that is logged.</param>
    /// <param name="origin">Where it was read from, so that changes there are taken over; null for a configuration that lies nowhere.</param>
    internal static IHost Build(EdgePoseConfig configuration, LogLevel level = LogLevel.Information, ConfigurationOrigin? origin = null)
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

        builder.Services.AddDaemon(configuration, origin);
        return builder.Build();
    }
}
