namespace EdgePose.Testing;

/// <summary>Where the repository's own files are, seen from a test.</summary>
internal static class Repository
{
    private static readonly string[] Passed = ["bin", "obj", "artifacts", "TestResults", ".git", "runs", "out"];

    public static string Root { get; } = Find();

    public static string File(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Files under <paramref name="folder"/> with one of the endings, as paths relative to the root; build outputs left out.</summary>
    public static IReadOnlyList<string> Files(string folder, params string[] endings)
    {
        var start = File(folder);
        return !Directory.Exists(start)
            ? []
            :
            [
                .. Directory.EnumerateFiles(start, "*", SearchOption.AllDirectories)
                    .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
                    .Where(path => !path.Split('/').Any(Passed.Contains) && endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)))
                    .Order(StringComparer.Ordinal),
            ];
    }

    /// <summary>The text of a file whose path is relative to the root.</summary>
    public static string Read(string path) => System.IO.File.ReadAllText(File(path));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "EdgePose.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests do not run inside the repository: no EdgePose.sln above them.");
    }
}
