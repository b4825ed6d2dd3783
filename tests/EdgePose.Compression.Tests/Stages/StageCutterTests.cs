using EdgePose.Compression.Packages;
using EdgePose.Compression.Tests;
using EdgePose.Inference;

namespace EdgePose.Compression.Stages.Tests;

public sealed class StageCutterTests : IDisposable
{
    private readonly PackageFolder folder = new();

    [Theory]
    [InlineData("cpm")]
    [InlineData("openpose")]
    [InlineData("lightweight")]
    public void Each_exits_file_gives_the_whole_networks_maps_to_the_bit(string name)
    {
        NetworkPackage network = folder.Reference(name);
        var expected = Networks.Run(network.Model, 64, 96);
        int operators = 0;
        foreach (NetworkExit exit in network.Manifest.Exits)
        {
            NetworkPackage cut = NetworkPackage.Open(StageCutter.Write(folder.Path, network, exit.Name).Path);
            Assert.Equal([exit], cut.Manifest.Exits.AsEnumerable());
            var found = Networks.Run(cut.Model, 64, 96);
            Assert.Equal(exit.Pafs is null ? 1 : 2, found.Count);
            Assert.All(found, pair => Assert.Equal(expected[pair.Key].Values, pair.Value.Values));
            Assert.True(cut.Model.Graph.Nodes.Count > operators, "a deeper exit has more operators");
            operators = cut.Model.Graph.Nodes.Count;
            Assert.All(cut.Model.Graph.Initializers.Keys, constant => Assert.Contains(cut.Model.Graph.Nodes, node => node.Inputs.Contains(constant)));
        }

        Assert.Equal(network.Model.Graph.Nodes.Count, operators);
    }

    [Fact]
    public void The_shipped_networks_exits_can_be_cut_and_are_smaller()
    {
        NetworkPackage network = NetworkPackage.Open(Networks.ShippedManifest);
        NetworkManifest cut = StageCutter.Write(folder.Path, network, "initial");
        Assert.True(new FileInfo(cut.File).Length < 0.8 * new FileInfo(network.Manifest.File).Length);
        Assert.Equal(0, Networks.Difference(Networks.Run(network.Model, 64, 64)["paf_0"], Networks.Run(NetworkPackage.Open(cut.Path).Model, 64, 64)["paf_0"]));
    }

    [Fact]
    public void An_exit_that_is_not_there_is_told_with_those_that_are()
    {
        NetworkException exception = Assert.Throws<NetworkException>(() => StageCutter.Write(folder.Path, folder.Reference("lightweight"), "stage9"));
        Assert.Contains("it has initial, refinement", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path, "*stage9*"));
    }

    public void Dispose() => folder.Dispose();
}
