using System.Globalization;
using EdgePose.Compression.Factorisation;
using EdgePose.Compression.Folding;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Packages;
using EdgePose.Compression.Precision;
using EdgePose.Compression.Tests;
using EdgePose.Inference;

namespace EdgePose.Compression.Calibration.Tests;

/// <summary>Where no pictures are named, a network is looked at on a pattern as it takes a picture: of a size that it takes, and normalised where it does not do so itself.</summary>
public sealed class PatternTests : IDisposable
{
    private static readonly NetworkInput Outside = new()
    {
        Name = "image", Channels = ChannelOrder.Rgb, NormalisedInside = false, Mean = [128, 100, 0], Scale = [1 / 256f, 0.01f, 2], MultipleOf = 24,
    };

    private readonly PackageFolder folder = new();

    [Fact]
    public void A_network_that_normalises_inside_gets_0_to_255()
    {
        CalibrationPictures pattern = CalibrationPictures.Pattern(folder.Reference("lightweight"));
        Assert.Equal((1, 256, 256), (pattern.Count, pattern.HeightPx, pattern.WidthPx));
        Assert.Equal(MapDifference.TestPicture(256, 256), pattern[0]);
    }

    [Fact]
    public void Mean_and_scale_of_the_manifest_are_applied_plane_by_plane_at_a_size_that_the_network_takes()
    {
        CalibrationPictures pattern = CalibrationPictures.Pattern(Sketched());
        Assert.Equal((264, 264), (pattern.HeightPx, pattern.WidthPx));
        float[] raw = MapDifference.TestPicture(264, 264);
        int plane = 264 * 264;
        Assert.Equal([(raw[7] - 128) / 256, (raw[plane + 7] - 100) * 0.01f, raw[(2 * plane) + 7] * 2], [pattern[0][7], pattern[0][plane + 7], pattern[0][(2 * plane) + 7]]);
    }

    [Fact]
    public void Folding_and_16_bits_are_compared_on_what_the_network_takes()
    {
        NetworkPackage network = Sketched();
        // The network hands its input through, so that its maps reach what the pattern reaches: 510 in the third plane.
        double reaches = CalibrationPictures.Pattern(network)[0].Max(Math.Abs);
        Assert.NotEqual(MapDifference.TestPicture(264, 264).Max(), reaches);
        Assert.Equal(reaches, Assert.Single(HalfNetwork.Write(folder.Path, network).Differences).Range, 1e-3);
        Assert.Equal(reaches, Assert.Single(FoldedNetwork.Write(folder.Path, network).Differences).Range, 1e-3);
    }

    [Fact]
    public void Factors_are_judged_on_what_the_network_takes()
    {
        NetworkPackage network = Outer(folder.Reference("lightweight"));
        (NetworkManifest made, FactoriseResult result) = FactorisedNetwork.Write(folder.Path, network, null, new FactoriseOptions { Method = FactorMethod.Separable, Rank = 2 });
        double Lost(CalibrationPictures pictures) => MapError.Measure(MapError.MapsOf(network.Model, pictures), result.Model, pictures).Single(error => error.Output == "heat_1").Relative;
        string Cell(double lost) => $"| share of heat_1 lost on a test pattern | 0 | {lost.ToString("0.000", CultureInfo.InvariantCulture)} |";
        string normalised = Cell(Lost(CalibrationPictures.Pattern(network))), raw = Cell(Lost(CalibrationPictures.Of([MapDifference.TestPicture(264, 264)], 264, 264)));
        Assert.NotEqual(raw, normalised);
        Assert.Contains(normalised, File.ReadAllText(Path.ChangeExtension(made.Path, ".md")), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>A convolution that hands the picture through, and a factor of 1 to be folded into it.</summary>
    private NetworkPackage Sketched()
    {
        var sketch = new Sketch();
        string copy = sketch.Conv("image", "copy", 3, weights: [1, 0, 0, 0, 1, 0, 0, 0, 1], biased: false);
        return Outer(new NetworkPackage(sketch.End(sketch.Node("Mul", "heat_0", 3, [copy, sketch.Constant("one", 1, 1, 1)])), folder.Reference("cpm").Manifest));
    }

    /// <summary>The same network with normalisation outside, written and opened again.</summary>
    private NetworkPackage Outer(NetworkPackage network) => NetworkPackage.Open(NetworkPackageWriter.Begin(
        folder.Path, network.Manifest with { Input = Outside, Exits = network.Manifest.Exits[..1] }, "outside", network.Model, new LineageStep { Tool = "a test" }).Path);
}
