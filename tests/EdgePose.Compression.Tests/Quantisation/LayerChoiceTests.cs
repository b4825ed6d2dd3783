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
        int? kept = LayerChoice.Find(100, 30, count => count >= needed ? 31 : 10, trials);
        Assert.InRange(kept!.Value, needed, mostKept + 4);
        Assert.InRange(trials.Count, 1, mostTrials);
        Assert.Contains(trials, trial => trial.Kept == kept && trial.Ap >= 30);
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
            int? kept = LayerChoice.Find(layers, 30, count => count >= needed ? 31 : 10, trials);
            Assert.True(kept >= needed && kept < layers, $"{needed} of {layers} layers must stay, and {kept?.ToString() ?? "none"} was found");
            Assert.Contains(new QuantisationTrial(kept!.Value, 31), trials);
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
        Assert.Null(LayerChoice.Find(layers, 30, _ => 10, trials));
        Assert.Equal(Math.Max(0, layers - 1), trials[^1].Kept);
    }
}
