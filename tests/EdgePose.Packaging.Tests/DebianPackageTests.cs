using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgePose.Packaging.Tests;

/// <summary>The package, made of the program as it is built for the tests, not compressed: what is in it, and that it is the same each time.</summary>
public sealed class DebianPackageTests(DebianPackageTests.Packed packed) : IClassFixture<DebianPackageTests.Packed>
{
    private static readonly string[] NotShipped = ["edgepose-v0", "edgepose-n", "edgepose-n-int8"];

    [Theory]
    [InlineData("-rwxr-xr-x", "./usr/lib/edgepose/edgepose")]
    [InlineData("-rw-r--r--", "./usr/lib/edgepose/models/edgepose-l.onnx")]
    [InlineData("-rw-r--r--", "./usr/lib/edgepose/demo/lobby.mp4")]
    [InlineData("-rw-r--r--", "./usr/lib/edgepose/demo/serve.py")]
    [InlineData("lrwxrwxrwx", "./usr/bin/edgepose -> ../lib/edgepose/edgepose")]
    [InlineData("-rw-r--r--", "./usr/lib/systemd/system/edgepose.service")]
    [InlineData("-rw-r--r--", "./usr/lib/sysusers.d/edgepose.conf")]
    [InlineData("-rw-r--r--", "./usr/lib/tmpfiles.d/edgepose.conf")]
    [InlineData("-rw-r--r--", "./etc/edgepose/edgepose.json")]
    [InlineData("-rw-r--r--", "./usr/share/man/man1/edgepose.1.gz")]
    [InlineData("-rw-r--r--", "./usr/share/doc/edgepose/copyright")]
    [InlineData("-rw-r--r--", "./usr/share/doc/edgepose/edgepose.cdx.json")]
    [InlineData("-rw-r--r--", "./usr/share/doc/edgepose/third-party/Microsoft.ML.OnnxRuntime/LICENSE")]
    public void It_holds(string mode, string path)
    {
        var line = packed.Contents.Single(line => line.EndsWith(" " + path, StringComparison.Ordinal));
        Assert.StartsWith($"{mode} root/root", line, StringComparison.Ordinal);
    }

    [Fact]
    public void No_file_in_it_can_be_written_or_set_its_user_by_others() =>
        Assert.All(packed.Contents.Where(line => line[0] != 'l'), line => Assert.Matches("^[-d]rw[-x]r-[-x]r-[-x] root/root ", line));

    [Fact]
    public void Networks_that_are_not_to_be_used_are_not_in_it() =>
        Assert.DoesNotContain(packed.Contents, line => NotShipped.Any(name => line.Contains($"/{name}.", StringComparison.Ordinal)));

    [Fact]
    public void The_configuration_survives_upgrades_and_names_the_paths_of_a_device()
    {
        Assert.Equal("/etc/edgepose/edgepose.json", packed.Field("conffiles").Trim());
        var config = JsonNode.Parse(packed.File("./etc/edgepose/edgepose.json"), documentOptions: new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!;
        Assert.Equal("/usr/lib/edgepose/models/edgepose-l.json", (string?)config["network"]!["manifest"]);
        Assert.Equal("/usr/share/edgepose/edgepose.schema.json", (string?)config["$schema"]);
    }

    [Fact]
    public void It_depends_on_what_install_native_installs()
    {
        var (_, names) = Shell.Run(Repository.File("scripts", "install-native.sh"), ["--list"]);
        var depends = packed.Field("control").Split('\n').Single(line => line.StartsWith("Depends: ", StringComparison.Ordinal)).Split(':', ',').Select(part => part.Trim());

        Assert.Empty(names.Split('\n', StringSplitOptions.RemoveEmptyEntries).Except(depends));
    }

    [Fact]
    public void The_bill_of_materials_names_every_package_with_its_licence_and_every_network_with_its_digest()
    {
        var bill = JsonNode.Parse(packed.File("./usr/share/doc/edgepose/edgepose.cdx.json"))!;
        var deps = JsonNode.Parse(packed.File("./usr/lib/edgepose/edgepose.deps.json"))!;
        var components = bill["components"]!.AsArray();
        var named = components.Select(component => $"{component!["name"]}/{component["version"]}").ToHashSet();
        var packages = deps["libraries"]!.AsObject().Where(library => (string?)library.Value!["type"] == "package").Select(library => library.Key).ToArray();

        Assert.Equal("CycloneDX", (string?)bill["bomFormat"]);
        Assert.True(packages.Length > 10, "the program's own list of packages is too short to be true");
        Assert.Empty(packages.Except(named));
        Assert.All(components, component => Assert.NotNull(component!["licenses"]));
        var references = components.Select(component => (string?)component!["bom-ref"]).Append((string?)bill["metadata"]!["component"]!["bom-ref"]).ToHashSet();
        Assert.All(bill["dependencies"]!.AsArray(), dependency => Assert.Empty(dependency!["dependsOn"]!.AsArray().Select(other => (string?)other).Except(references)));
        var shipped = Directory.GetFiles(Repository.File("models"), "*.json").Where(manifest => !NotShipped.Contains(Path.GetFileNameWithoutExtension(manifest))).ToArray();
        Assert.Equal(shipped.Length, components.Count(component => (string?)component!["type"] == "machine-learning-model"));
        foreach (var manifest in shipped)
        {
            var said = JsonNode.Parse(File.ReadAllText(manifest))!;
            var network = components.Single(component => (string?)component!["name"] == (string?)said["id"]);
            Assert.Equal((string?)said["sha256"], (string?)network!["hashes"]![0]!["content"]);
        }
    }

    [Fact]
    public void Checksums_lie_beside_it()
    {
        foreach (var line in File.ReadAllLines(Directory.GetFiles(packed.Folder, "*.SHA256SUMS").Single()))
        {
            var parts = line.Split("  ");
            Assert.Equal(parts[0], Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(packed.Folder, parts[1])))));
        }
    }

    [Fact]
    public void The_same_sources_give_the_same_bytes()
    {
        var again = Directory.CreateTempSubdirectory("edgepose-deb-");
        Packed.Build(again.FullName);
        var sums = Directory.GetFiles(again.FullName, "*.SHA256SUMS").Single();
        Assert.Equal(File.ReadAllText(Directory.GetFiles(packed.Folder, "*.SHA256SUMS").Single()), File.ReadAllText(sums));
        again.Delete(recursive: true);
    }

    [Fact]
    public void The_manual_names_every_command()
    {
        var (_, help) = Shell.Run(Path.Combine(Packed.Program, "edgepose"), ["--help"]);
        var commands = help[help.IndexOf("Commands:", StringComparison.Ordinal)..].Split('\n').Skip(1).Select(line => line.TrimStart().Split(' ')[0].Trim()).TakeWhile(name => name.Length > 0).ToArray();
        var manual = File.ReadAllText(Repository.File("packaging", "edgepose.1"));

        Assert.Contains("run", commands);
        Assert.All(commands, command => Assert.Contains($".B {command}\n", manual, StringComparison.Ordinal));
    }

    /// <summary>The package, made once.</summary>
    public sealed class Packed : IDisposable
    {
        private readonly string package;

        public Packed()
        {
            Shell.Need("dpkg-deb", "dpkg");
            Shell.Need("python3", "python3");
            package = Build(Folder);
            Contents = Shell.Run("dpkg-deb", ["--contents", package]).Said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }

        /// <summary>The program as it is built here, for this configuration.</summary>
        public static string Program { get; } = AppContext.BaseDirectory.Replace($"tests/{typeof(Packed).Assembly.GetName().Name}", "src/EdgePose", StringComparison.Ordinal);

        public string Folder { get; } = Directory.CreateTempSubdirectory("edgepose-deb-").FullName;

        public string[] Contents { get; }

        public static string Build(string folder)
        {
            var (status, said) = Shell.Run(Repository.File("scripts", "build-deb.sh"), ["--program", Program, "--rid", "linux-x64", "--compress", "none", "--output", folder]);
            Assert.True(status == 0, said);
            return Directory.GetFiles(folder, "*.deb").Single();
        }

        public string Field(string name) => Shell.Run("dpkg-deb", ["--info", package, name]).Said;

        public string File(string path) => Shell.Run("bash", ["-c", "dpkg-deb --fsys-tarfile \"$1\" | tar -xO \"$2\"", "bash", package, path]).Said;

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}
