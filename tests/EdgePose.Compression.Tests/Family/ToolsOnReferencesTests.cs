using EdgePose.Compression.Anatomy;
using EdgePose.Compression.Factorisation;
using EdgePose.Compression.Folding;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Packages;
using EdgePose.Compression.Precision;
using EdgePose.Compression.Quantisation;
using EdgePose.Compression.Stages;
using EdgePose.Compression.Tests;
using EdgePose.Inference;

namespace EdgePose.Compression.Family.Tests;

/// <summary>Every tool on every reference, narrow: what it writes costs what the tool promises, and gives maps in the runtime and in the daemon's own way to open it.</summary>
public sealed class ToolsOnReferencesTests : IDisposable
{
    private const int SizePx = 64;

    private readonly PackageFolder folder = new();

    public static MatrixTheoryData<string, FactorMethod> Methods() => new(References.All.Select(reference => reference.Name), Enum.GetValues<FactorMethod>());

    public static TheoryData<string> Names => [.. References.All.Select(reference => reference.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_reference_is_factorised_by_every_method(string reference, FactorMethod method)
    {
        NetworkPackage network = folder.Reference(reference);
        int more = method == FactorMethod.Tucker ? 2 : 1, rank = method == FactorMethod.Depthwise ? 1 : 2;
        (NetworkManifest made, FactoriseResult result) = FactorisedNetwork.Write(folder.Path, network, null, new FactoriseOptions { Method = method, Rank = rank });

        NetworkPackage factorised = Opened(made, network);
        Assert.NotEmpty(result.Layers);
        Assert.Equal(Convolutions(network) + (more * result.Layers.Count), Convolutions(factorised));
        Assert.InRange(Macs(factorised), 1, Macs(network) - 1);
        string card = File.ReadAllText(Path.ChangeExtension(made.Path, ".md"));
        Assert.All(made.Exits, exit => Assert.Matches($@"share of {exit.Heatmaps} lost on a test pattern \| 0 \| \d+\.\d+ ", card));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_reference_is_folded_and_gives_its_maps(string reference)
    {
        NetworkPackage network = folder.Reference(reference), folded = Opened(FoldedNetwork.Write(folder.Path, network).Manifest, network);
        Assert.DoesNotContain(folded.Model.Graph.Nodes, node => node.Is("BatchNormalization") || node.Is("Sub") || node.Is("Mul"));
        Assert.Equal((Convolutions(network), Macs(network)), (Convolutions(folded), Macs(folded)));
        AssertNear(network, folded, 1e-4f);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_reference_is_halved_and_gives_nearly_its_maps(string reference)
    {
        NetworkPackage network = folder.Reference(reference), halved = Opened(HalfNetwork.Write(folder.Path, network).Manifest, network);
        Assert.Equal((Convolutions(network), Macs(network)), (Convolutions(halved), Macs(halved)));
        AssertNear(network, halved, 2e-2f);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_reference_is_cut_at_every_exit_and_gives_its_maps_to_the_bit(string reference)
    {
        NetworkPackage network = folder.Reference(reference);
        (int Convolutions, long Macs) shallower = (0, 0);
        foreach (NetworkExit exit in network.Manifest.Exits)
        {
            NetworkPackage cut = Opened(StageCutter.Write(folder.Path, network, exit.Name), network);
            Assert.Equal(exit, Assert.Single(cut.Manifest.Exits));
            Assert.True(Convolutions(cut) > shallower.Convolutions && Macs(cut) > shallower.Macs, $"{exit.Name} is no dearer than the exit before it");
            shallower = (Convolutions(cut), Macs(cut));
            AssertNear(network, cut, 0);
        }

        Assert.Equal((Convolutions(network), Macs(network)), shallower);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_reference_is_put_into_8_bits_and_keeps_most_of_its_maps(string reference)
    {
        NetworkPackage network = folder.Reference(reference);
        QuantiseResult result = QuantisedNetwork.Write(folder.Path, network, Sketch.Pictures(2, SizePx, SizePx), new QuantiseOptions());

        NetworkPackage quantised = Opened(result.Manifest, network);
        Assert.Equal((Convolutions(network), Macs(network)), (Convolutions(quantised), Macs(quantised)));
        Assert.Equal(Convolutions(network), result.Quantised.Count + result.Kept.Count);
        Assert.NotEmpty(result.Quantised);
        Assert.Equal(result.Quantised.Count, quantised.Model.Graph.Nodes.Count(node => node.Is("Conv") && !quantised.Model.Graph.Initializers.ContainsKey(node.Inputs[1])));
        Assert.All(result.Errors, error => Assert.InRange(error.Relative, 0, 0.5));
    }

    public void Dispose() => folder.Dispose();

    /// <summary>What was written, after it ran as the daemon runs it, and with maps of its parent's sizes.</summary>
    private static NetworkPackage Opened(NetworkManifest made, NetworkPackage parent)
    {
        NetworkManifest manifest = NetworkManifest.Load(made.Path);
        using PoseNetwork network = PoseNetwork.Open(manifest, new NetworkShape(SizePx, SizePx, 2), new ExecutionOptions { Providers = [ExecutionProvider.Cpu], Threads = 1 });
        network.Run(0, 2);
        NetworkPackage opened = NetworkPackage.Open(manifest);
        IReadOnlyDictionary<string, RunOutput> expected = Networks.Run(parent.Model, SizePx, SizePx), found = Networks.Run(opened.Model, SizePx, SizePx);
        Assert.Equal(manifest.Exits.SelectMany(exit => new[] { exit.Heatmaps, exit.Pafs }).OfType<string>().Order(), found.Keys.Order());
        Assert.All(found, maps =>
        {
            Assert.Equal(expected[maps.Key].Sizes, maps.Value.Sizes);
            Assert.All(maps.Value.Values, value => Assert.True(float.IsFinite(value)));
        });
        return opened;
    }

    private static void AssertNear(NetworkPackage parent, NetworkPackage made, float ofRange)
    {
        IReadOnlyDictionary<string, RunOutput> expected = Networks.Run(parent.Model, SizePx, SizePx);
        Assert.All(
            Networks.Run(made.Model, SizePx, SizePx),
            maps => Assert.InRange(Networks.Difference(expected[maps.Key], maps.Value), 0, ofRange * expected[maps.Key].Values.Max(Math.Abs)));
    }

    private static int Convolutions(NetworkPackage network) => network.Model.Graph.Nodes.Count(node => node.Is("Conv"));

    private static long Macs(NetworkPackage network) => LayerCost.Of(network.Model.Graph, SizePx, SizePx).Macs;
}
