namespace EdgePose.Compression.Quantisation.Tests;

public class LayerChoiceTests
{
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1, 1, 2)]
    [InlineData(5, 5, 7)]
    [InlineData(40, 42, 12)]
    public void It_finds_how_many_must_stay_with_few_trials(int needed, int mostKept, int mostTrials)
    {
        var trials = new List<QuantisationTrial>();
        int? kept = LayerChoice.Find(100, 1, LossWhereNeeded(needed), trials);
        Assert.InRange(kept!.Value, needed, mostKept + 4);
        Assert.InRange(trials.Count, 1, mostTrials);
        Assert.Contains(trials, trial => trial.Kept == kept && trial.Worst.Points <= 1);
    }

    /// <summary>46 layers are edgepose-v0's; the doubling goes 32, 64.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(46)]
    public void Whatever_number_of_layers_must_stay_it_is_found_as_long_as_one_is_in_8_bits(int layers)
    {
        for (int needed = 0; needed < layers; needed++)
        {
            var trials = new List<QuantisationTrial>();
            int? kept = LayerChoice.Find(layers, 1, LossWhereNeeded(needed), trials);
            Assert.True(kept >= needed && kept < layers, $"{needed} of {layers} layers must stay, and {kept?.ToString() ?? "none"} was found");
            Assert.Contains(trials, trial => trial.Kept == kept && trial.Worst.Points <= 1);
            Assert.Equal(trials.Count, trials.DistinctBy(trial => trial.Kept).Count());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    public void It_gives_up_when_only_the_whole_network_in_floating_point_would_do(int layers)
    {
        var trials = new List<QuantisationTrial>();
        Assert.Null(LayerChoice.Find(layers, 1, LossWhereNeeded(int.MaxValue), trials));
        Assert.Equal(Math.Max(0, layers - 1), trials[^1].Kept);
    }

    [Fact]
    public void The_exit_that_loses_most_decides()
    {
        var trials = new List<QuantisationTrial>();
        Assert.Equal(2, LayerChoice.Find(4, 1, count => [new ExitLoss("shallow", 30, count >= 2 ? 29.5 : 0), new ExitLoss("deep", 40, 41)], trials));
        Assert.All(trials, trial => Assert.Equal("shallow", trial.Worst.Exit));
    }

    /// <summary>A network that loses a point at most with so many layers kept, and most of its AP with fewer.</summary>
    private static Func<int, IReadOnlyList<ExitLoss>> LossWhereNeeded(int needed) => count => [new ExitLoss("only", 31, count >= needed ? 30 : 10)];
}
