using System.Text.Json.Nodes;

namespace EdgePose.Inference.Tests;

public sealed class NetworkManifestTests
{
    [Fact]
    public void The_shipped_manifest_is_valid_and_its_network_is_the_one_that_it_promises()
    {
        NetworkManifest manifest = NetworkManifest.Load(NetworkFolder.Shipped());
        Assert.Equal("edgepose-v0", manifest.Id);
        Assert.Equal("refinement", manifest.DeepestExit.Name);
        Assert.Same(Skeletons.Coco18, manifest.Skeleton);
        Assert.NotEmpty(OnnxFile.Read(manifest));
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(manifest.Path)!, manifest.Card)));
    }

    [Fact]
    public void Every_fault_is_told_at_once_with_its_place()
    {
        using var folder = new NetworkFolder(change: manifest =>
        {
            manifest.Remove("licence");
            manifest["sha256"] = "abc";
            manifest["skeleton"] = "octopus-8";
            manifest["stridpx"] = 8;
            manifest["stridePx"] = "eight";
            manifest["input"]!["layout"] = "NHWC";
            manifest["exits"] = new JsonArray(new JsonObject { ["name"] = "a", ["heatmap"] = "heat" });
        });
        NetworkException exception = Assert.Throws<NetworkException>(() => NetworkManifest.Load(folder.Manifest));
        string[] places = ["licence: is missing", "sha256: is not 64", "skeleton: 'octopus-8'", "stridpx: is unknown", "stridePx: must be", "input.layout: 'NHWC'", "exits[0].heatmaps: is missing", "exits[0].heatmap: is unknown"];
        Assert.Equal(places.Length, exception.Faults.Length);
        Assert.All(places, place => Assert.Single(exception.Faults, fault => fault.Contains(place, StringComparison.Ordinal)));
        Assert.All(exception.Faults, fault => Assert.StartsWith(folder.Manifest, fault, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_is_not_json_is_told_in_one_line()
    {
        using var folder = new NetworkFolder();
        NetworkException exception = Assert.Throws<NetworkException>(() => NetworkManifest.Load(folder.Onnx));
        Assert.Contains("is not JSON", Assert.Single(exception.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"id\"", "\"id\\ud800\"")]
    [InlineData("\"edgepose-test\"", "\"\\ud800\"")]
    public void A_text_that_is_no_text_is_told(string text, string broken)
    {
        using var folder = new NetworkFolder(change: manifest => manifest["id"] = "edgepose-test");
        File.WriteAllText(folder.Manifest, File.ReadAllText(folder.Manifest).Replace(text, broken, StringComparison.Ordinal));
        NetworkException exception = Assert.Throws<NetworkException>(() => NetworkManifest.Load(folder.Manifest));
        Assert.Contains("an escape that is no character", Assert.Single(exception.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_name_that_the_system_cannot_have_is_told()
    {
        using var folder = new NetworkFolder(change: manifest => manifest["file"] = "a\0.onnx");
        NetworkException exception = Assert.Throws<NetworkException>(() => NetworkManifest.Load(folder.Manifest));
        Assert.Contains("no file name can have", Assert.Single(exception.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData(null)]
    public void What_has_no_end_is_not_read(string? path)
    {
        using var folder = new NetworkFolder();
        path ??= Path.Combine(Path.GetDirectoryName(folder.Manifest)!, "pipe.json");
        using (System.Diagnostics.Process? make = path.StartsWith("/dev", StringComparison.Ordinal) ? null : System.Diagnostics.Process.Start("mkfifo", [path]))
        {
            make?.WaitForExit();
        }

        NetworkException exception = Assert.Throws<NetworkException>(() => NetworkManifest.Load(path));
        Assert.Contains("is not JSON", Assert.Single(exception.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_of_megabytes_is_not_read()
    {
        using var folder = new NetworkFolder();
        File.AppendAllText(folder.Manifest, new string(' ', 1 << 20));
        NetworkException exception = Assert.Throws<NetworkException>(() => NetworkManifest.Load(folder.Manifest));
        Assert.Contains("at most 1,048,576", Assert.Single(exception.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_that_is_not_there_is_told_with_the_remedy()
    {
        NetworkException exception = Assert.Throws<NetworkException>(() => NetworkManifest.Load("/nowhere/network.json"));
        Assert.Contains("name the .json file", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../other.onnx")]
    [InlineData("/etc/passwd")]
    [InlineData("deeper/../../other.onnx")]
    public void A_network_file_outside_the_folder_is_refused(string file)
    {
        using var folder = new NetworkFolder(change: manifest => manifest["file"] = file);
        NetworkException exception = Assert.Throws<NetworkException>(() => NetworkManifest.Load(folder.Manifest));
        Assert.Contains("leaves the manifest's folder", Assert.Single(exception.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_is_normalised_outside_needs_mean_and_scale()
    {
        using var folder = new NetworkFolder(change: manifest => manifest["input"]!["normalisation"] = "outside");
        NetworkException exception = Assert.Throws<NetworkException>(() => NetworkManifest.Load(folder.Manifest));
        Assert.Equal(2, exception.Faults.Length);
    }

    [Fact]
    public void An_exit_that_is_not_there_is_told_with_those_that_are()
    {
        NetworkManifest manifest = NetworkManifest.Load(NetworkFolder.Shipped());
        Assert.Equal("heat_0", manifest.FindExit("initial").Heatmaps);
        NetworkException exception = Assert.Throws<NetworkException>(() => manifest.FindExit("third"));
        Assert.Contains("initial, refinement", exception.Message, StringComparison.Ordinal);
    }
}
