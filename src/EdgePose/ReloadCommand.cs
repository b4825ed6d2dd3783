using System.CommandLine;
using System.Net.Sockets;
using EdgePose.Cli.Terminal;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Reload;

namespace EdgePose.Cli;

/// <summary><c>edgepose reload</c>: the running daemon takes over its configuration, and says what became of it.</summary>
internal static class ReloadCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var socket = new Option<string?>("--socket") { Description = "The daemon's control socket; without it, the one that the daemon of this configuration makes in $RUNTIME_DIRECTORY, $XDG_RUNTIME_DIR/edgepose or /run/edgepose." };
        var command = new Command(
            "reload",
            """
            Let the running daemon read its configuration anew, and wait for what becomes of it. A configuration with errors is refused as a whole, and the one before
            runs on. This is what systemd's ExecReload runs.

            Exit codes: 0 it runs; 69 no daemon of this configuration answers; 78 it was refused (every error is listed).
            """) { config, socket };
        command.SetAction((parsed, stop) => CommandRunner.RunAsync(() => ReloadAsync(parsed.GetRequiredValue(config).FullName, parsed.GetValue(socket), stop), ExitCodes.Software));
        return command;
    }

    private static async Task<int> ReloadAsync(string configuration, string? socket, CancellationToken stop)
    {
        IReadOnlyList<string> candidates = socket is null ? ControlSocketPath.Candidates(configuration) : [socket];
        var path = candidates.FirstOrDefault(File.Exists)
            ?? throw new CommandFault(ExitCodes.Unavailable, $"no daemon runs {configuration}: there is no control socket ({string.Join(", ", candidates)}); start it, or name what it was started with as --config.");
        ReloadVerdict verdict;
        try
        {
            verdict = await ControlClient.ReloadAsync(path, stop).ConfigureAwait(false) ?? throw new CommandFault(ExitCodes.Unavailable, "the daemon ended before it answered; see its log.");
        }
        catch (SocketException fault)
        {
            throw new CommandFault(ExitCodes.Unavailable, $"{path}: the daemon does not answer ({fault.Message}); start it, or run this as its user or as root.", fault);
        }

        foreach (var error in verdict.Errors)
        {
            await Console.Error.WriteLineAsync(error).ConfigureAwait(false);
        }

        if (!verdict.Accepted)
        {
            await Console.Error.WriteLineAsync($"refused; revision {verdict.Revision[..12]} runs on").ConfigureAwait(false);
            return ExitCodes.Config;
        }

        Console.WriteLine($"revision {verdict.Revision[..12]} runs: {verdict.Changes}");
        if (verdict.RestartNeeded.Count > 0)
        {
            Console.WriteLine($"only the next start takes over: {string.Join(", ", verdict.RestartNeeded)}");
        }

        return ExitCodes.Ok;
    }
}
