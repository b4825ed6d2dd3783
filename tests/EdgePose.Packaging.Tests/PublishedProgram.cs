namespace EdgePose.Packaging.Tests;

/// <summary>The program as it is shipped for this machine, published and packed once for the nightly tests.</summary>
public sealed class PublishedProgram : IDisposable
{
    private readonly Lazy<string> package;

    public PublishedProgram() => package = new(() => Pack("linux-x64"));

    /// <summary>Where it all lies.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("edgepose-published-").FullName;

    /// <summary>The .deb for amd64.</summary>
    public string Package => package.Value;

    /// <summary>The program out of that .deb, its folder.</summary>
    public string Unpacked()
    {
        var tree = Path.Combine(Folder, "tree");
        if (!Directory.Exists(tree))
        {
            var (status, said) = Shell.Run("dpkg-deb", ["--extract", Package, tree]);
            Assert.True(status == 0, said);
        }

        return Path.Combine(tree, "usr", "lib", "edgepose");
    }

    /// <summary>Publishes and packs for one kind of machine. Compressed as it is shipped.</summary>
    public string Pack(string rid)
    {
        var (status, said) = Shell.Run(Repository.File("scripts", "build-deb.sh"), ["--rid", rid, "--output", Path.Combine(Folder, rid)]);
        Assert.True(status == 0, said);
        return Directory.GetFiles(Path.Combine(Folder, rid), "*.deb").Single();
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
