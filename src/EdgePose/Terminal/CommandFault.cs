using EdgePose.Daemon.Hosting;

namespace EdgePose.Cli.Terminal;

/// <summary>A command cannot go on: one line that says what is wrong, where, and what to do, and the exit code that tells a script the kind.</summary>
internal sealed class CommandFault(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>One of <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>An output that cannot be written.</summary>
    public static CommandFault CannotWrite(string path, Exception cause) =>
        new(ExitCodes.CannotCreate, $"{path} cannot be written ({cause.Message.TrimEnd('.')}); name another place, or make its folder.", cause);

    /// <summary>Runs an output's own work, and turns what the file system says into a fault.</summary>
    public static T Writing<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, exception);
        }
    }
}
