namespace EdgePose.Testing;

/// <summary>Files of the repository that are made from the code: a test holds each to it, and makes it anew where EDGEPOSE_UPDATE_GENERATED is 1.</summary>
internal static class GeneratedFile
{
    private const string UpdateVariable = "EDGEPOSE_UPDATE_GENERATED";

    /// <summary>Whether such files are made anew.</summary>
    public static bool IsUpdated => Environment.GetEnvironmentVariable(UpdateVariable) == "1";

    /// <summary>Fails where a file is not what the code says.</summary>
    /// <param name="name">Its path in the repository.</param>
    /// <param name="made">What the code says.</param>
    /// <param name="source">Who says so, for the message: <c>the types say</c>.</param>
    /// <param name="tests">The test project's short name, for the message.</param>
    public static void Hold(string name, string made, string source, string tests)
    {
        var path = Repository.File(name);
        if (IsUpdated)
        {
            File.WriteAllText(path, made);
        }

        Assert.True(File.Exists(path) && File.ReadAllText(path) == made, $"{name} is not what {source}: run {UpdateVariable}=1 ./test.sh {tests} and commit it");
    }
}
