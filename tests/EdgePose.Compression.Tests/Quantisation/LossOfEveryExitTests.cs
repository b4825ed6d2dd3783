using EdgePose.Compression.Calibration;
using EdgePose.Compression.Evaluation;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Packages;
using EdgePose.Compression.Tests;
using EdgePose.Inference;
using OpenCvSharp;

namespace EdgePose.Compression.Quantisation.Tests;

/// <summary>A network of two exits that finds every bright spot, in which one layer of the shallow exit's own branch cannot be in 8 bits: its first channel is ten thousand times the others.</summary>
public sealed class LossOfEveryExitTests : IDisposable
{
    private const int Spots = 4, HeightPx = 64, WidthPx = 96, CellPx = 8, Channels = 8;

    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-exits-").FullName;

    [Fact]
    public void A_layer_that_spoils_the_shallow_exit_alone_is_given_back_although_the_deepest_loses_nothing()
    {
        Processor.NeedVnni();
        NetworkPackage network = Network();
        var limit = new LossLimit(1, Pictures(), new EvaluationOptions { Sizing = InputSizing.Fixed(HeightPx, WidthPx) });
        QuantiseResult result = QuantisedNetwork.Write(folder, network, Calibration(network), new QuantiseOptions(), limit, "int8");

        Assert.Equal([0, 1, 2], result.Trials.Select(trial => trial.Kept));
        Assert.Equal([100, 100, 0], result.Trials.Select(trial => Math.Round(trial.Worst.Points)));
        Assert.All(result.Trials, trial => Assert.Equal(("deep", 0), (trial.Exits[1].Exit, Math.Round(trial.Exits[1].Points))));
        // The tensor between them is what cannot be in 8 bits, so neither who makes it nor who reads it is.
        Assert.Equal(["late", "loud"], result.Kept.Where(layer => layer.Reason == "else too much AP is lost").Select(layer => layer.Layer).Order());
        Assert.Equal(["calm", "quiet"], result.Quantised.Order());
        string card = File.ReadAllText(Path.Combine(folder, "int8.md"));
        Assert.Contains("--max-ap-loss 1`", card, StringComparison.Ordinal);
        Assert.All((string[])["shallow", "deep"], exit => Assert.Contains(
            $"| AP of exit {exit} on {Spots} labelled pictures, every picture letterboxed into 64x96 (height x width) | 100.0 | 100.0 |", card, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_equal_runs_make_the_same_bytes_and_the_time_stands_on_the_card_alone()
    {
        NetworkPackage network = Network();
        Pictures();
        QuantiseResult Run(string run) => QuantisedNetwork.Write(Path.Combine(folder, run), network, Calibration(network), new QuantiseOptions(), id: "int8");
        NetworkManifest first = Run("first").Manifest, second = Run("second").Manifest;

        Assert.Equal(File.ReadAllBytes(first.File), File.ReadAllBytes(second.File));
        Assert.Equal(first.Sha256, second.Sha256);
        Assert.Contains("| time on the processor that quantised it | 1 | ", File.ReadAllText(Path.ChangeExtension(first.Path, ".md")), StringComparison.Ordinal);
        Assert.DoesNotContain(Lineage.Of(NetworkPackage.Open(first.Path).Model)[^1].Figures, figure => figure.Name.Contains("time", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Brightness of every eighth pixel, through two layers to each exit.</summary>
    private NetworkPackage Network()
    {
        var sketch = new Sketch();
        string Layer(string input, string name, params float[] diagonal)
        {
            float[] weights = [.. Enumerable.Range(0, Channels * Channels).Select(i => i % Channels == i / Channels ? diagonal[i % Channels] : 0)];
            return sketch.Relu(sketch.Conv(input, name, Channels, weights: weights, biased: false));
        }

        float[] all = [1, 1, 1, 1, 1, 1, 1, 1], loud = [10_000, 1, 1, 1, 1, 1, 1, 1], late = [0.0001f, 1, 1, 1, 1, 1, 1, 1];
        string stem = sketch.Relu(sketch.Conv("image", "stem", Channels, stride: CellPx, weights: [.. Enumerable.Repeat(1 / 765f, 3 * Channels)], biased: false));
        string shallow = Layer(Layer(stem, "loud", loud), "late", late), deep = Layer(Layer(stem, "calm", all), "quiet", all);
        // Each keypoint from one of the channels that the loud one drowns.
        float[] heads = [.. Enumerable.Range(0, 19 * Channels).Select(i => i % Channels == 1 + (i / Channels % 7) ? 1f : 0)];
        OnnxModel model = sketch.End(sketch.Conv(shallow, "heat_0", 19, weights: heads, biased: false), sketch.Conv(deep, "heat_1", 19, weights: heads, biased: false));
        NetworkManifest manifest = new()
        {
            Id = "", Path = "", File = "", Sha256 = "", Card = "", Licence = "none", TrainingData = "none", StridePx = CellPx, Skeleton = Skeletons.Coco18,
            Input = new NetworkInput { Name = "image", Channels = ChannelOrder.Bgr, NormalisedInside = true, MultipleOf = CellPx },
            Exits = [new NetworkExit("shallow", "heat_0", null), new NetworkExit("deep", "heat_1", null)],
        };
        return NetworkPackage.Open(NetworkPackageWriter.Begin(folder, manifest, "spots", model, new LineageStep { Tool = "a test" }).Path);
    }

    /// <summary>Black, with one bright cell, in whose middle the whole person is said to be.</summary>
    private LabelledPictures Pictures()
    {
        List<CocoImage> images = [];
        List<CocoAnnotation> people = [];
        for (int id = 1; id <= Spots; id++)
        {
            int x = CellPx * 2 * id, y = CellPx * 3;
            using var picture = new Mat(HeightPx, WidthPx, MatType.CV_8UC3, Scalar.Black);
            Cv2.Rectangle(picture, new Rect(x, y, CellPx, CellPx), Scalar.White, -1);
            picture.ImWrite(Path.Combine(folder, $"{id}.png"));
            images.Add(new CocoImage { Id = id, FileName = $"{id}.png", Width = WidthPx, Height = HeightPx });
            people.Add(new CocoAnnotation
            {
                ImageId = id, Area = 4000, Box = [x - 30, y - 30, 60, 60], LabelledKeypoints = 17,
                Keypoints = [.. Enumerable.Range(0, 17).SelectMany(_ => new[] { x + 3.5, y + 3.5, 2 })],
            });
        }

        return new LabelledPictures(new CocoDataset { Images = images, Annotations = people }, folder);
    }

    private CalibrationPictures Calibration(NetworkPackage network) => CalibrationPictures.Read(folder, network.Manifest.Input, Spots, HeightPx, WidthPx);
}
