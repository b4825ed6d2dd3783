using EdgePose.Daemon.Publishing;
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
        watch.Expect(new TaskCompletionSource<bool>().Task);
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
            watch.Expect(answer.Task);
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
    public void It_asks_for_a_sign_when_nothing_is_owed_for_half_a_keep_alive_and_together_that_is_in_time()
    {
        foreach (var keepAlive in new[] { 1, 2, 4, 10, 15, 60 })
        {
            var watch = Begin(keepAlive);
            time.Advance(TimeSpan.FromSeconds(keepAlive / 2.0) - TimeSpan.FromMilliseconds(1));
            Assert.False(watch.IsQuiet);
            time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(watch.IsQuiet);
            watch.Expect(new TaskCompletionSource<bool>().Task);
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
        watch.Expect(late.Task);
        watch.Begin(TimeSpan.FromSeconds(60));
        watch.Expect(new TaskCompletionSource<bool>().Task);
        late.SetResult(true);
        Thread.Sleep(20);
        Assert.Equal(1, watch.Owed);
        Assert.False(watch.HasAnswered);
    }

    private BrokerWatch Begin(int keepAlive)
    {
        var watch = new BrokerWatch(time);
        watch.Begin(TimeSpan.FromSeconds(keepAlive));
        return watch;
    }
}
