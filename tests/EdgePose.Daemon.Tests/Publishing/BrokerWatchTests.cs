using EdgePose.Delivery.Broker;
using Microsoft.Extensions.Time.Testing;

namespace EdgePose.Daemon.Tests.Publishing;

public sealed class BrokerWatchTests
{
    private readonly FakeTimeProvider time = new();

    [Theory]
    [InlineData(60, 5)]
    [InlineData(15, 5)]
    [InlineData(2, 2)]
    public void Silence_is_noticed_after_five_seconds_or_the_keep_alive(int keepAlive, int patience)
    {
        var watch = Begin(keepAlive);
        watch.Expect(new TaskCompletionSource<bool>().Task, isAcknowledgement: true);
        time.Advance(TimeSpan.FromSeconds(patience));
        watch.Check();
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Throws<TimeoutException>(watch.Check);
    }

    [Fact]
    public void Any_answer_is_a_sign_of_life_for_all_that_is_owed()
    {
        var watch = Begin(60);
        var owed = Enumerable.Range(0, 10).Select(_ => new TaskCompletionSource<bool>()).ToArray();
        foreach (var answer in owed)
        {
            watch.Expect(answer.Task, isAcknowledgement: true);
        }

        foreach (var answer in owed)
        {
            time.Advance(TimeSpan.FromSeconds(4));
            watch.Check();
            var before = watch.Owed;
            answer.SetResult(true);
            Assert.True(Spool.Wait.Until(() => watch.Owed == before - 1));
        }

        time.Advance(TimeSpan.FromSeconds(10));
        watch.Check(); // nothing is owed
    }

    [Fact]
    public void An_acknowledgement_is_lost_when_what_was_sent_after_it_was_answered_five_seconds_ago_however_lively_the_broker()
    {
        var watch = Begin(60);
        var lost = new TaskCompletionSource<bool>();
        watch.Expect(lost.Task, isAcknowledgement: true);
        time.Advance(TimeSpan.FromSeconds(4)); // on its way over a slow line
        for (var second = 0; second < 5; second++)
        {
            Answer(watch);
            time.Advance(TimeSpan.FromSeconds(1));
            watch.Check();
        }

        Answer(watch);
        Assert.False(watch.HasAcknowledged);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Throws<AcknowledgementLostException>(watch.Check);
        lost.SetResult(true); // late, and in time all the same
        Assert.True(Spool.Wait.Until(() => watch.Owed == 0));
        watch.Check();
        Assert.True(watch.HasAcknowledged);
    }

    [Fact]
    public void A_broker_that_acknowledges_out_of_order_is_none_that_loses_acknowledgements_however_long_it_does()
    {
        var watch = Begin(60);
        for (var pair = 0; pair < 10; pair++)
        {
            var (first, second) = (new TaskCompletionSource<bool>(), new TaskCompletionSource<bool>());
            watch.Expect(first.Task, isAcknowledgement: true);
            watch.Expect(second.Task, isAcknowledgement: true);
            second.SetResult(true);
            Assert.True(Spool.Wait.Until(() => watch.Owed == 1));
            time.Advance(TimeSpan.FromSeconds(4));
            watch.Check();
            first.SetResult(true);
            Assert.True(Spool.Wait.Until(() => watch.Owed == 0));
        }
    }

    [Fact]
    public void A_broker_that_acknowledges_slower_than_it_answers_pings_is_given_twice_as_long_each_time_until_it_is_quick_again()
    {
        var watch = Begin(60);
        foreach (var seconds in new[] { 5, 10, 20, 40, 60, 60 })
        {
            var slow = new TaskCompletionSource<bool>();
            watch.Expect(slow.Task, isAcknowledgement: true);
            Answer(watch);
            time.Advance(TimeSpan.FromSeconds(seconds));
            Answer(watch);
            watch.Check();
            time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Contains($"answered for {seconds} s", Assert.Throws<AcknowledgementLostException>(watch.Check).Message, StringComparison.Ordinal);
            watch.Begin(TimeSpan.FromSeconds(60));
        }

        Acknowledge(watch, afterSeconds: 30);
        Acknowledge(watch, afterSeconds: 30); // its pace is remembered
        watch.Expect(Task.FromResult(true), isAcknowledgement: true);
        Assert.True(Spool.Wait.Until(() => watch.Owed == 0));
        Assert.Throws<AcknowledgementLostException>(() => Acknowledge(watch, afterSeconds: 6));
    }

    [Fact]
    public void A_ping_that_was_overtaken_is_no_acknowledgement_that_is_lost()
    {
        var watch = Begin(60);
        watch.Expect(new TaskCompletionSource<bool>().Task, isAcknowledgement: false);
        watch.Expect(Task.FromResult(true), isAcknowledgement: true);
        Assert.True(Spool.Wait.Until(() => watch.Owed == 1));
        time.Advance(BrokerOptions.Timeout);
        Answer(watch);
        time.Advance(TimeSpan.FromSeconds(1));
        watch.Check();
        var next = new TaskCompletionSource<bool>();
        watch.Expect(next.Task, isAcknowledgement: true);
        watch.Check();
    }

    [Fact]
    public void It_asks_for_a_sign_when_nothing_has_come_for_a_second_so_that_a_lone_acknowledgement_that_is_lost_is_told_from_a_broker_that_is_silent()
    {
        var watch = Begin(60);
        watch.Expect(new TaskCompletionSource<bool>().Task, isAcknowledgement: true);
        time.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromMilliseconds(1));
        Assert.False(watch.IsQuiet);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(watch.IsQuiet);
        Answer(watch);
        Assert.False(watch.IsQuiet);
        time.Advance(BrokerOptions.Timeout + TimeSpan.FromMilliseconds(1));
        Answer(watch);
        Assert.Throws<AcknowledgementLostException>(watch.Check);
    }

    [Fact]
    public void It_asks_for_a_sign_when_nothing_is_owed_for_half_a_keep_alive_and_together_that_is_in_time()
    {
        foreach (var keepAlive in new[] { 1, 2, 4, 10, 15, 60 })
        {
            var watch = Begin(keepAlive);
            time.Advance(TimeSpan.FromSeconds(keepAlive / 2.0) - TimeSpan.FromMilliseconds(1));
            Assert.False(watch.IsQuiet);
            time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(watch.IsQuiet);
            watch.Expect(new TaskCompletionSource<bool>().Task, isAcknowledgement: true);
            Assert.False(watch.IsQuiet);
            time.Advance(TimeSpan.FromSeconds(keepAlive));
            if (keepAlive > 5)
            {
                Assert.Throws<TimeoutException>(watch.Check);
            }

            time.Advance(TimeSpan.FromMilliseconds(1)); // one and a half keep-alives since the last sign
            Assert.Throws<TimeoutException>(watch.Check);
        }
    }

    [Fact]
    public void Answers_of_a_connection_before_do_not_count()
    {
        var watch = Begin(60);
        var late = new TaskCompletionSource<bool>();
        watch.Expect(late.Task, isAcknowledgement: true);
        watch.Begin(TimeSpan.FromSeconds(60));
        watch.Expect(new TaskCompletionSource<bool>().Task, isAcknowledgement: true);
        late.SetResult(true);
        Thread.Sleep(20);
        Assert.Equal(1, watch.Owed);
        Assert.False(watch.HasAnswered);
    }

    /// <summary>A message that is acknowledged later than a ping after it is answered.</summary>
    private void Acknowledge(BrokerWatch watch, int afterSeconds)
    {
        var slow = new TaskCompletionSource<bool>();
        watch.Expect(slow.Task, isAcknowledgement: true);
        Answer(watch);
        time.Advance(TimeSpan.FromSeconds(afterSeconds));
        Answer(watch);
        watch.Check();
        slow.SetResult(true);
        Assert.True(Spool.Wait.Until(() => watch.Owed == 0));
    }

    /// <summary>Asks, and answers at once.</summary>
    private static void Answer(BrokerWatch watch)
    {
        var owed = watch.Owed;
        watch.Expect(Task.FromResult(true), isAcknowledgement: false);
        Assert.True(Spool.Wait.Until(() => watch.Owed == owed));
    }

    private BrokerWatch Begin(int keepAlive)
    {
        var watch = new BrokerWatch(time);
        watch.Begin(TimeSpan.FromSeconds(keepAlive));
        return watch;
    }
}
