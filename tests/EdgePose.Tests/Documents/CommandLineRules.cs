using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace EdgePose.Cli.Tests.Documents;

/// <summary>
/// Command lines in the pages. A block <c>```sh</c> has one command a line, and each is checked: <c>edgepose</c> by the real command line, a script
/// of the repository by its own text, a path of the repository by its file. A block <c>```sh run</c> is run as well.
/// </summary>
internal static partial class CommandLineRules
{
    /// <summary>Programs of the system that the pages may call; their options are not checked.</summary>
    private static readonly string[] SystemPrograms =
        ["apt-get", "blender", "cd", "git", "install", "journalctl", "sha256sum", "sudoedit", "systemctl"];

    private static readonly RootCommand Root = new("The program's commands; a test holds this list to the program.")
    {
        RunCommand.Create(), DemoCommand.Create(), ReplayCommand.Create(), ScenesCommand.Create(), BenchCommand.Create(), WatchCommand.Create(), DoctorCommand.Create(),
        ConfigCommand.Create(), ReloadCommand.Create(), ModelCommand.Create(),
    };

    public static IReadOnlyList<string> Commands { get; } = [.. Root.Subcommands.Select(command => command.Name)];

    public static bool IsShell(Fence fence) => fence.Info.Split(' ')[0] == "sh";

    public static bool IsRun(Fence fence) => fence.Info == "sh run";

    /// <summary>The commands of a block, with the line on which each begins; a backslash at the end of a line continues it.</summary>
    public static IEnumerable<Passage> CommandsOf(Fence fence)
    {
        Passage? begun = null;
        foreach (var line in fence.Lines)
        {
            var whole = begun is null ? line : begun with { Text = begun.Text + " " + line.Text.Trim() };
            begun = whole.Text.EndsWith('\\') ? whole with { Text = whole.Text[..^1].TrimEnd() } : null;
            if (begun is null && whole.Text.Trim().Length > 0 && !whole.Text.TrimStart().StartsWith('#'))
            {
                yield return whole;
            }
        }
    }

    /// <summary>Faults of the commands in blocks and in the text.</summary>
    /// <param name="page">The page.</param>
    /// <param name="read">The text of a file of the repository, or null where there is none.</param>
    public static IEnumerable<string> Faults(MarkdownPage page, Func<string, string?> read)
    {
        var others = page.Fences.Where(fence => fence.Info is not ("sh" or "sh run") && fence.Info.Split(' ')[0] is "sh" or "bash" or "console");
        foreach (var fence in others)
        {
            yield return $"{page.Name}:{fence.Line}: '{fence.Info}': commands stand in a block 'sh' (checked) or 'sh run' (checked and run)";
        }

        foreach (var command in page.Fences.Where(IsShell).SelectMany(CommandsOf))
        {
            foreach (var fault in Fault(Tokens(command.Text), read))
            {
                yield return $"{page.Name}:{command.Line}: {fault}: {command.Text.Trim()}";
            }
        }

        foreach (var code in page.CodeInText)
        {
            var tokens = Tokens(code.Text);
            var faults = tokens switch
            {
                ["edgepose", ..] => Mentioned(tokens),
                [var script, ..] when Script().IsMatch(script) => Fault(tokens, read),
                _ => [],
            };
            foreach (var fault in faults)
            {
                yield return $"{page.Name}:{code.Line}: {fault}: {code.Text}";
            }
        }
    }

    private static IEnumerable<string> Fault(IReadOnlyList<string> tokens, Func<string, string?> read)
    {
        var words = WithoutPrefix(tokens);
        if (words.Count == 0)
        {
            return [];
        }

        var options = words.Skip(1).Where(word => word.StartsWith("--", StringComparison.Ordinal)).Select(word => word.Split('=')[0]);
        return words[0] switch
        {
            "edgepose" => Root.Parse([.. words.Skip(1)]).Errors.Select(error => error.Message),
            "dotnet" => Missing(words.SkipWhile(word => word != "--project").Skip(1).Take(1), read),
            "python3" or "/usr/bin/python3" => Missing(words.Skip(1).Where(word => word.EndsWith(".py", StringComparison.Ordinal)).Take(1), read),
            var script when script.EndsWith(".sh", StringComparison.Ordinal) => OfScript(script, options, read),
            var program when SystemPrograms.Contains(program) => [],
            var other => [$"'{other}' is neither edgepose, nor a script of the repository, nor a program of the system that the pages use"],
        };
    }

    private static IEnumerable<string> OfScript(string script, IEnumerable<string> options, Func<string, string?> read) =>
        read(script.StartsWith("./", StringComparison.Ordinal) ? script[2..] : script) is { } text
            ? options.Where(option => !text.Contains(option, StringComparison.Ordinal)).Select(option => $"{script} knows no {option}")
            : [$"the repository has no {script}"];

    private static IEnumerable<string> Missing(IEnumerable<string> paths, Func<string, string?> read) =>
        paths.Where(path => read(path) is null).Select(path => $"the repository has no {path}");

    /// <summary>Variables and <c>sudo -u USER</c> before a command are left out.</summary>
    private static IReadOnlyList<string> WithoutPrefix(IReadOnlyList<string> tokens)
    {
        IReadOnlyList<string> words = [.. tokens.SkipWhile(token => Variable().IsMatch(token))];
        return words is ["sudo", "-u", _, ..] ? [.. words.Skip(3)] : words is ["sudo", ..] ? [.. words.Skip(1)] : words;
    }

    /// <summary>A command in the text may be shortened (<c>edgepose model ...</c>), but its names and options are the program's.</summary>
    private static IEnumerable<string> Mentioned(IReadOnlyList<string> tokens)
    {
        Command command = Root;
        foreach (var token in tokens.Skip(1))
        {
            if (token.StartsWith('-'))
            {
                var name = token.Split('=')[0];
                var isKnown = command.Options.Any(option => option.Name == name || option.Aliases.Contains(name));
                if (!isKnown && name is not ("--help" or "--version" or "-h"))
                {
                    return [$"'{command.Name}' has no option {name}"];
                }
            }
            else if (command.Subcommands.FirstOrDefault(child => child.Name == token) is { } next)
            {
                command = next;
            }
            else if (command.Arguments.Count == 0 && command.Subcommands.Count > 0 && Name().IsMatch(token))
            {
                return [$"'{command.Name}' has no command {token}"];
            }
        }

        return [];
    }

    /// <summary>The words of a command as a shell splits them: quotes keep words together.</summary>
    private static IReadOnlyList<string> Tokens(string text) =>
        [.. Word().Matches(text).Select(match => string.Concat(match.Value.Split('\'', '"')))];

    [GeneratedRegex(@"(?:'[^']*'|""[^""]*""|[^\s'""])+")]
    private static partial Regex Word();

    [GeneratedRegex(@"^\./[\w/.-]+\.sh$")]
    private static partial Regex Script();

    [GeneratedRegex("^[A-Z_]+=")]
    private static partial Regex Variable();

    [GeneratedRegex("^[a-z][a-z0-9-]*$")]
    private static partial Regex Name();
}
