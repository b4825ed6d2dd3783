using System.CommandLine;
using System.CommandLine.Parsing;
using EdgePose.Daemon.Hosting;

namespace EdgePose.Cli.Terminal;

/// <summary>What the command line itself says: short lists, and refusals of one line each.</summary>
internal static class CommandLineText
{
    /// <summary>In the list of a command's children each gets one sentence; the whole text is for its own help.</summary>
    public static void ShortenChildren(Command command)
    {
        foreach (var child in command.Subcommands)
        {
            child.Description = FirstSentence(child.Description ?? "");
        }
    }

    /// <summary>Says what is wrong with a command line.</summary>
    /// <returns>The exit code.</returns>
    public static int Refuse(ParseResult parsed, TextWriter output)
    {
        foreach (var error in parsed.Errors)
        {
            output.WriteLine(error.Message);
        }

        var names = new List<string>();
        for (var at = parsed.CommandResult; at is not null; at = at.Parent as CommandResult)
        {
            names.Insert(0, at.Command.Name);
        }

        output.WriteLine($"See '{string.Join(' ', names)} --help'.");
        return ExitCodes.Usage;
    }

    private static string FirstSentence(string text)
    {
        var flat = text.ReplaceLineEndings(" ");
        var end = flat.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? flat.Trim() : flat[..(end + 1)].Trim();
    }
}
