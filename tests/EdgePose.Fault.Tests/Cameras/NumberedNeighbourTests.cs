namespace EdgePose.Fault.Tests.Cameras;

/// <summary>The instrument itself: a loss that it does not see proves nothing.</summary>
public sealed class NumberedNeighbourTests
{
    [Fact]
    public void A_neighbour_that_loses_one_frame_in_five_is_found_out()
    {
        using var neighbour = new NumberedNeighbour("identity drop-probability=0.2");
        for (var start = TimeProvider.System.GetTimestamp(); neighbour.Count < 50; Thread.Sleep(20))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience.Span, "no frames");
        }

        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => neighbour.AssertLostNothing(0, 0));
    }
}
