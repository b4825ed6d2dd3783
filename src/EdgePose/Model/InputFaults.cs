using System.CommandLine;
using EdgePose.Cli.Terminal;
using EdgePose.Daemon.Hosting;

namespace EdgePose.Cli.Model;

/// <summary>Reports faults of a command's input in lines of text, with an exit code and without a stack trace.</summary>
internal static class InputFaults
{
    /// <summary>Runs a command.</summary>
    public static int Guard(Func<int> run)
    {
        try
        {
            return CommandRunner.RunAsync(() => Task.FromResult(run()), ExitCodes.NoInput).GetAwaiter().GetResult();
        }
        catch (InvalidDataException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return ExitCodes.NoInput;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{exception.Message} Choose another place for the output.");
            return ExitCodes.Failure;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("stopped before the end: no figures.");
            return ExitCodes.Failure;
        }
    }

    /// <summary>The full name of a folder of pictures.</summary>
    /// <param name="folder">As it was named.</param>
    /// <param name="option">What the command calls it.</param>
    /// <exception cref="InvalidDataException">There is no such folder.</exception>
    public static string Folder(DirectoryInfo folder, Option option) =>
        folder.Exists ? folder.FullName : throw new InvalidDataException($"{folder.FullName}: there is no such folder; {option.Name} names the folder of the pictures.");
}
