using EdgePose.Daemon.Settings;

namespace EdgePose.Daemon.Tests.Configuration;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class SecretFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-secret-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("600", true)]
    [InlineData("400", true)]
    [InlineData("444", true)] // Docker
    [InlineData("440", true)] // Kubernetes with fsGroup
    [InlineData("404", false)]
    [InlineData("640", false)]
    [InlineData("644", false)]
    [InlineData("664", false)]
    [InlineData("666", false)]
    [InlineData("460", false)]
    public void Only_the_modes_of_an_owner_or_of_an_orchestrator_are_taken(string mode, bool isTaken) => Assert.Equal(isTaken, SecretFile.IsGuarded(Write("secret", mode)));

    [Fact]
    public void A_link_counts_as_what_it_leads_to_through_folders_that_are_links_too()
    {
        Directory.CreateDirectory(Path.Combine(folder, "..2026"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "..data"), "..2026"); // as Kubernetes lays secrets down
        Write(Path.Combine("..2026", "pass"), "444");
        Write(Path.Combine("..2026", "open"), "644");
        File.CreateSymbolicLink(Path.Combine(folder, "pass"), Path.Combine("..data", "pass"));
        File.CreateSymbolicLink(Path.Combine(folder, "open"), Path.Combine("..data", "open"));
        Assert.True(SecretFile.IsGuarded(Path.Combine(folder, "pass")));
        Assert.False(SecretFile.IsGuarded(Path.Combine(folder, "open")));
    }

    [Fact]
    public void On_a_read_only_mount_a_file_that_others_can_read_and_not_write_is_taken()
    {
        Write("open", "644"); // Kubernetes without fsGroup
        Write("worse", "666");
        var (code, said) = Testing.Tool.Run("mount", "--bind", folder, folder);
        Assert.SkipWhen(code != 0, $"a read-only mount needs the right to mount: {said}");
        try
        {
            Assert.False(SecretFile.IsGuarded(Path.Combine(folder, "open")));
            Assert.Equal((0, string.Empty), Testing.Tool.Run("mount", "-o", "remount,bind,ro", folder));
            Assert.True(SecretFile.IsGuarded(Path.Combine(folder, "open")));
            Assert.False(SecretFile.IsGuarded(Path.Combine(folder, "worse")));
        }
        finally
        {
            Testing.Tool.Run("umount", "-l", folder);
        }
    }

    private string Write(string name, string mode)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, "x");
        File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(mode, 8));
        return path;
    }
}
