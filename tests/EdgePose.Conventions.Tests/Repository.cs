namespace EdgePose.Conventions.Tests;

/// <summary>The tree that these tests look at.</summary>
internal static class Repository
{
    private static readonly string[] Passed = ["bin", "obj", "artifacts", "TestResults", ".git", "runs", "out"];

    public static string Root { get; } = FindRoot();

    /// <summary>Files under <paramref name="folder"/> with one of the endings, as paths relative to the root; build outputs left out.</summary>
    public static IReadOnlyList<string> Files(string folder, params string[] endings)
    {
        var start = Path.Combine(Root, folder);
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

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "EdgePose.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("no EdgePose.sln above the tests");
        }

        return folder.FullName;
    }
}
