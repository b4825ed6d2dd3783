using EdgePose.Daemon.Checks;
using EdgePose.Daemon.Settings;

namespace EdgePose.Daemon.Tests.Checks;

public sealed class PlanCheckTests
{
    [Fact]
    public void A_network_that_lacks_a_keypoint_of_the_output_is_refused_with_the_remedy()
    {
        using var coco17 = new NetworkFolder(change: manifest => manifest["skeleton"] = "coco-17");
        var fault = Assert.Single(PlanCheck.FaultsOf(Config(coco17)));
        Assert.Equal(
            $"{coco17.Manifest}: the network's skeleton coco-17 has no keypoint neck, which output.skeleton coco-18 needs; write \"coco-17\" as output.skeleton, or name another network.", fault);
        Assert.Empty(PlanCheck.FaultsOf(Config(coco17) with { Output = new OutputConfig { Skeleton = Skeletons.Coco17 } }));
    }

    [Fact]
    public void A_network_with_more_keypoints_than_the_output_is_taken()
    {
        using var coco18 = new NetworkFolder();
        Assert.Empty(PlanCheck.FaultsOf(Config(coco18) with { Output = new OutputConfig { Skeleton = Skeletons.Coco17 } }));
    }

    [Fact]
    public void Every_fault_is_told_at_once()
    {
        using var network = new NetworkFolder(change: manifest => manifest["skeleton"] = "coco-17");
        using var shallower = new NetworkFolder();
        File.WriteAllBytes(network.Onnx, File.ReadAllBytes(network.Onnx)[..100]);
        var config = Config(network);
        config = config with
        {
            Network = config.Network with { Exit = "none" },
            Overload = new OverloadConfig { Steps = [OverloadStep.ShallowerExit], ShallowerManifest = shallower.Manifest },
        };
        var faults = PlanCheck.FaultsOf(config);
        Assert.Equal(4, faults.Count);
        Assert.All(["none", "cut short", "neck", "overload"], (part, i) => Assert.Contains(part, faults[i], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(372, 372)]
    [InlineData(156, 156)]
    [InlineData(368, 372)]
    [InlineData(457, 468)]
    [InlineData(64, 72)]
    public void Any_size_is_rounded_up_to_what_the_network_takes(int askedPx, int takenPx)
    {
        using var network = new NetworkFolder(change: manifest => (manifest["stridePx"], manifest["input"]!["multipleOf"]) = (12, 12)); // as EdgePose-S
        var config = Config(network);
        var shape = PlanCheck.Of(config with { Network = config.Network with { InputWidthPx = askedPx, InputHeightPx = askedPx } }).Shape;
        Assert.Equal((takenPx, takenPx), (shape.InputWidthPx, shape.InputHeightPx));
    }

    private static EdgePoseConfig Config(NetworkFolder network) => new() { Network = new NetworkConfig { Manifest = network.Manifest } };
}
