using EdgePose.Delivery.Broker;
using Microsoft.Extensions.Time.Testing;

namespace EdgePose.Daemon.Tests.Publishing;

public sealed class ReconnectPausesTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void Connections_that_are_answered_and_soon_ended_do_not_shorten_the_pauses()
    {
        var pauses = new ReconnectPauses(time, new Random(1));
        var last = TimeSpan.Zero;
        for (var end = 0; end < 10; end++)
        {
            last = After(pauses, TimeSpan.FromSeconds(5), isTakenOver: false);
        }

        Assert.InRange(last.TotalSeconds, 5, 10);
    }

    [Fact]
    public void A_client_that_was_taken_over_leaves_the_other_one_up_to_a_minute()
    {
        var pauses = new ReconnectPauses(time, new Random(1));
        var last = TimeSpan.Zero;
        for (var end = 0; end < 10; end++)
        {
            last = After(pauses, TimeSpan.FromSeconds(60), isTakenOver: true); // for as long as the other one pauses
        }

        Assert.InRange(last.TotalSeconds, 30, 60);
    }

    [Fact]
    public void A_connection_that_lasted_begins_the_pauses_anew()
    {
        var pauses = new ReconnectPauses(time, new Random(1));
        for (var end = 0; end < 10; end++)
        {
            After(pauses, TimeSpan.Zero, isTakenOver: false);
        }

        Assert.InRange(After(pauses, TimeSpan.FromMinutes(2), isTakenOver: false).TotalSeconds, 0.5, 1);
    }

    private TimeSpan After(ReconnectPauses pauses, TimeSpan lasted, bool isTakenOver)
    {
        pauses.Begin();
        pauses.Connected();
        time.Advance(lasted);
        return pauses.Next(hasAnswered: true, isTakenOver);
    }
}
