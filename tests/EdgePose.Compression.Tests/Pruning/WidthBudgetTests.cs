namespace EdgePose.Compression.Pruning.Tests;

public class WidthBudgetTests
{
    /// <summary>Two groups of four channels: a (sets 1 to 4) reads the picture (set 0), b (5 to 8) reads a, and the output (9) reads b. Costs: 4 + 16 + 4 channels pairs.</summary>
    private static readonly ChannelGroup[] Groups = [new("a", [1, 2, 3, 4]), new("b", [5, 6, 7, 8])];
    private static readonly PrunedConvolution[] Convolutions =
        [new([0], [1, 2, 3, 4], 1, true), new([1, 2, 3, 4], [5, 6, 7, 8], 1, true), new([5, 6, 7, 8], [9], 1, true)];

    [Fact]
    public void The_least_important_go_first_and_a_group_that_is_uneven_gives_up_more()
    {
        // a is uneven (mean 25): 97 and three of 1; b is even (mean 10).
        var budget = new WidthBudget(Groups, Convolutions, [0, 1, 97, 1, 1, 10, 11, 9, 10, 0], 1, 1);
        Assert.Equal(24, budget.Whole);
        bool[] kept = budget.Choose(9)!;
        Assert.Equal([2, 5, 6, 7, 8], Enumerable.Range(1, 8).Where(set => kept[set]));
        Assert.Equal(9, budget.Macs(kept)); // 1 + 4 + 4
    }

    [Fact]
    public void Widths_are_multiples_and_never_below_the_smallest()
    {
        var budget = new WidthBudget(Groups, Convolutions, [0, 1, 97, 1, 1, 10, 11, 9, 10, 0], 2, 2);
        for (int macs = (int)budget.Least; macs <= 24; macs++)
        {
            bool[] kept = budget.Choose(macs)!;
            Assert.True(budget.Macs(kept) <= macs);
            Assert.All(Groups, group => Assert.Contains(group.Sets.Count(set => kept[set]), (int[])[2, 4]));
        }
    }

    [Fact]
    public void A_budget_below_the_smallest_widths_cannot_be_met()
    {
        var budget = new WidthBudget(Groups, Convolutions, new double[10], 1, 2);
        Assert.Equal(2 + 4 + 2, budget.Least);
        Assert.Null(budget.Choose(7));
        Assert.NotNull(budget.Choose(8));
    }
}
