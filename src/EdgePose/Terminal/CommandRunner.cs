using EdgePose.Inference;

namespace EdgePose.Cli.Terminal;

/// <summary>Runs a command's work; a fault becomes its lines on standard error and its exit code, never a stack trace.</summary>
internal static class CommandRunner
{
    /// <summary>Runs it.</summary>
    /// <param name="work">Gives the exit code.</param>
    /// <param name="networkFault">Exit code when the network, its manifest or its provider is at fault.</param>
    public static async Task<int> RunAsync(Func<Task<int>> work, int networkFault)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (CommandFault fault)
        {
            await Console.Error.WriteLineAsync(fault.Message).ConfigureAwait(false);
            return fault.ExitCode;
        }
        catch (NetworkException exception)
        {
            foreach (var fault in exception.Faults)
            {
                await Console.Error.WriteLineAsync(fault).ConfigureAwait(false);
            }

            return networkFault;
        }
    }
}
