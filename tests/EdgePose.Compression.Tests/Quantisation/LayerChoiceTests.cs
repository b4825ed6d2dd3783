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

    [Fact]
    public void It_gives_up_when_only_the_whole_network_in_floating_point_would_do() =>
        Assert.Null(LayerChoice.Find(10, 30, _ => 10, []));
}
