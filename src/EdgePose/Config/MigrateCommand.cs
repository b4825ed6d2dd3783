using System.CommandLine;
using System.Text;
using EdgePose.Cli.Terminal;
using EdgePose.Compression.Graphs;
using EdgePose.Configuration.Migration;
using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Settings;

namespace EdgePose.Cli.Config;

/// <summary><c>edgepose config migrate PATH</c>: brings files to the form of today.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("PATH") { Description = "A file, or a fleet's folder, all of whose files are meant." };
        var write = new Option<bool>("--write") { Description = "Write the files; without it the command only tells what it would do." };
        var command = new Command(
            "migrate",
            """
            Bring files to the form that this program writes, and keep their comments and layout. A file of today's form is left alone, so it may be run again.

            Exit codes: 0 done, or nothing to do; 73 a file cannot be written; 78 a file is no configuration, or newer than this program.
            """) { path, write };
        command.SetAction(parsed => CommandRunner.RunAsync(() => Task.FromResult(Migrate(parsed.GetRequiredValue(path), parsed.GetValue(write))), ExitCodes.CannotCreate));
        return command;
    }

    private static int Migrate(string path, bool write)
    {
        var outcomes = FilesOf(path).Select(file => (file, FormatMigration.OfFile(EdgePoseConfiguration.Model, file))).ToList();
        if (outcomes.SelectMany(pair => pair.Item2.Errors).ToList() is { Count: > 0 } errors)
        {
            throw ConfigTool.Refused(errors); // all or none: a folder half in the old form helps nobody
        }

        foreach (var (file, outcome) in outcomes.Where(pair => pair.Item2.Changes.Count > 0))
        {
            if (write)
            {
                Write(file, outcome.Text!);
            }

            Console.WriteLine($"{file}: {(write ? "" : "would be changed: ")}{string.Join("; ", outcome.Changes)}");
        }

        var changed = outcomes.Count(pair => pair.Item2.Changes.Count > 0);
        Console.WriteLine(changed == 0 ? $"{path}: {outcomes.Count} files, all of today's form" : $"{path}: {changed} of {outcomes.Count} files{(write ? " changed" : " to change; --write does it")}");
        return ExitCodes.Ok;
    }

    private static IEnumerable<string> FilesOf(string path) => !Directory.Exists(path) ? [path]
        : [.. new[] { "", "sites", "devices", "conf.d" }.Select(part => Path.Combine(path, part)).Where(Directory.Exists).SelectMany(folder => Directory.GetFiles(folder, "*.json"))
            .Where(file => Path.GetFileName(file) != "identity.json").Order(StringComparer.Ordinal)];

    private static void Write(string file, string text)
    {
        var target = File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file;
        AtomicFile.Write(target, Encoding.UTF8.GetBytes(text), written => ConfigurationFile.GiveTo(written, target));
    }
}
