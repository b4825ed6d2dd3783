using EdgePose.Compression.Anatomy;
using EdgePose.Compression.Graphs;
using EdgePose.Inference;
using OpenCvSharp;

namespace EdgePose.Compression.Comparison.Tests;

public class ComparisonTests
{
    [Theory]
    [InlineData("edgepose-v0", 368, 4.01, 1.83)]
    [InlineData("edgepose-s", 372, 2.19, 2.14)]
    public void A_shipped_network_costs_what_its_card_says_and_what_the_runtime_reports_of_a_run(string network, int sizePx, double gigaMacs, double millionParameters)
    {
        var manifest = NetworkManifest.Load(Path.Combine(Path.GetDirectoryName(NetworkFolder.Shipped())!, network + ".json"));
        var cost = LayerCost.Of(OnnxModel.Load(manifest.File).Graph, sizePx, sizePx);
        var profiled = ProfiledCost.Of(manifest, sizePx, sizePx);
        Assert.Equal(gigaMacs, cost.Macs / 1e9, 0.005);
        Assert.Equal(millionParameters, cost.Parameters / 1e6, 0.005);
        Assert.Equal(profiled.Macs, cost.Macs);
        Assert.Equal(profiled.Parameters, cost.Parameters);
    }

    [Fact]
    public void The_front_holds_what_nothing_cheaper_equals() =>
        Assert.Equal(
            [true, true, false, false, true, true], ParetoFront.Of([(9, 40), (4, 35), (4, 30), (5, 35), (1, 20), (1, 20)]));

    [Fact]
    public void Networks_without_ap_are_on_no_front()
    {
        ComparedNetwork Of(string id, double? ap, long macs) => new()
        {
            Id = id, Exit = "only", Sha256 = "", FileBytes = 1, Cost = new(1, macs), Ap = ap, Times = [new(1, macs, 1)],
        };
        var marked = ParetoFront.Mark([Of("none", null, 1), Of("good", 0.4, 9), Of("worse", 0.3, 10)]);
        Assert.Equal([false, true, false], marked.Select(network => network.IsOnMacsFront));
        Assert.Equal([false, true, false], marked.Select(network => network.IsOnTimeFront));

        // Axes are drawn in any case: what counts is a disc of 5 px in the front's blue and one in the grey of what is off it, in each panel.
        using Mat plot = ParetoPlot.Draw(marked), empty = ParetoPlot.Draw(marked.Take(1).ToList());
        const int Disc = 60;
        foreach (var panel in (Rect[])[new(0, 0, plot.Width / 2, plot.Height), new(plot.Width / 2, 0, plot.Width / 2, plot.Height)])
        {
            Assert.InRange(Pixels(plot, panel, new(180, 90, 20)), Disc, 1000);
            Assert.Equal(0, Pixels(empty, panel, new(180, 90, 20)));
            Assert.InRange(Pixels(plot, panel, new(150, 150, 150)) - Pixels(empty, panel, new(150, 150, 150)), Disc, 1000);
        }
    }

    private static int Pixels(Mat picture, Rect panel, Scalar colour)
    {
        using var part = new Mat(picture, panel);
        using var found = new Mat();
        Cv2.InRange(part, colour, colour, found);
        return found.CountNonZero();
    }

    [Fact]
    public void Every_action_takes_its_turn_in_every_round_and_each_comes_first_once()
    {
        List<int> order = [];
        var told = 0;
        var result = PairedRounds.Run([.. Enumerable.Range(0, 3).Select(i => (Action)(() => order.Add(i)))], rounds: 4, () => told++);

        Assert.Equal(4, told);
        Assert.Equal([0, 1, 2, 1, 2, 0, 2, 0, 1, 0, 1, 2, 1, 2, 0, 2, 0, 1], order); // two rounds to warm up, then four
        Assert.Equal(1, result[0].Speed);
        Assert.Equal(3, result.Count);
    }

    [Fact]
    public void The_median_of_an_even_count_is_the_mean_of_the_middle_two() => Assert.Equal(2.5, PairedRounds.Median([4, 1, 2, 3]));

    [Fact]
    public void A_comparison_stops_when_it_is_told_to()
    {
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => PairedRounds.Run([stop.Cancel, () => Assert.Fail("ran on")], 1, stop: stop.Token));
    }
}
