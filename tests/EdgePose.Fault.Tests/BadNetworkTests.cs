using System.Text.Json.Nodes;
using EdgePose.Daemon.Hosting;

namespace EdgePose.Fault.Tests;

/// <summary>A daemon whose network is at fault ends at once with one line that says what to do, and with the exit code that keeps systemd from trying again.</summary>
public sealed class BadNetworkTests
{
    [Fact]
    public void A_picture_in_the_networks_place() => ExpectRefusal(new NetworkFolder([0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, 0, 0]), "this is a PNG picture");

    [Fact]
    public void A_network_with_other_outputs() =>
        ExpectRefusal(new NetworkFolder(new OnnxWriter().Input("image", -1, 3, -1, -1).Output("heat", 19).Output("vectors", 38).ToArray()), "promises the output 'paf'");

    [Fact]
    public void A_manifest_that_lies_about_a_shape() => ExpectRefusal(new NetworkFolder(change: manifest => manifest["stridePx"] = 4), "correct skeleton, stridePx or exits", lines: 2);

    [Fact]
    public void A_network_of_another_sha256() =>
        ExpectRefusal(new NetworkFolder(change: manifest => manifest["sha256"] = JsonValue.Create(new string('0', 64))), "copy it again");

    [Fact]
    public void A_network_cut_short()
    {
        var network = new NetworkFolder();
        File.WriteAllBytes(network.Onnx, File.ReadAllBytes(network.Onnx)[..1000]);
        ExpectRefusal(network, "cut short");
    }

    [Fact]
    public void A_shallower_network_for_overload_that_is_missing_is_refused_at_the_start_and_not_in_the_middle_of_one() =>
        ExpectRefusal(new NetworkFolder(), "cannot be read", overload: new { steps = new[] { "shallowerExit" }, shallowerManifest = "missing.json" });

    private static void ExpectRefusal(NetworkFolder network, string expected, int lines = 1, object? overload = null)
    {
        using var folder = network;
        using var daemon = new DaemonProcess(
            new { address = "mqtt://127.0.0.1:9" }, [new { id = "lobby", address = Repository.File("scenes", "lobby.mp4") }], manifest: folder.Manifest, overload: overload);
        Assert.Equal(ExitCodes.Config, daemon.ExitCode());
        var told = daemon.Output.Split('\n').Where(line => line.Contains("crit:", StringComparison.Ordinal)).ToArray();
        Assert.Equal(lines, told.Length);
        Assert.All(told, line => Assert.Contains(expected, line, StringComparison.Ordinal));
        Assert.Contains("there is no last good configuration to start with", daemon.Output, StringComparison.Ordinal);
    }
}
