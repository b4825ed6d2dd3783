namespace EdgePose.Benchmarks;

/// <summary>Finds the material that is not part of the repository: labelled pictures and teacher networks.</summary>
public static class SharedMaterial
{
    /// <summary>The full path of something in it, or null when it is not on this machine.</summary>
    /// <remarks>Looked for in the folder that EDGEPOSE_SHARED names, else in a folder <c>shared</c> beside or above the program.</remarks>
    public static string? Find(string relativePath)
    {
        var named = Environment.GetEnvironmentVariable("EDGEPOSE_SHARED");
        if (!string.IsNullOrEmpty(named))
        {
            return Existing(Path.Combine(named, relativePath));
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Existing(Path.Combine(folder.FullName, "shared", relativePath)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>What to say when something is skipped for want of it.</summary>
    public static string Missing(string relativePath) =>
        $"{relativePath} is not on this machine: set EDGEPOSE_SHARED to the folder of shared material.";

    private static string? Existing(string path) => Path.Exists(path) ? path : null;
}
