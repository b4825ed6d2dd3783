using System.Diagnostics.Metrics;
using EdgePose.Delivery.Broker;
using MQTTnet.Exceptions;
using Microsoft.Extensions.Time.Testing;

namespace EdgePose.Daemon.Tests.Publishing;

public sealed class PoseSenderTests
{
    private readonly Histogram<double> durations = new Meter("test").CreateHistogram<double>("send");
    private readonly FakeTimeProvider time = new();
    private readonly Queue<TaskCompletionSource> pings = new();
    private long bytesSent;
    private int mostBytes = int.MaxValue;

    [Fact]
    public void No_more_goes_out_than_the_line_answers_for_and_what_waits_is_dropped_oldest_first()
    {
        var sender = Sender();
        for (var i = 0; i < 1000; i++)
        {
            Post(sender);
            sender.Move();
        }

        Assert.InRange(bytesSent, 64_000, 67_000);
        Assert.Equal(1000, sender.Sent + sender.Outbox.Dropped + 64); // those in the outbox
        Assert.Single(pings);
    }

    [Fact]
    public void A_line_that_answers_late_gets_ever_less_ahead_and_one_that_answers_at_once_ever_more()
    {
        var sender = Sender();
        Assert.True(Turn(sender, TimeSpan.FromSeconds(2)) > 60_000);
        for (var i = 0; i < 10; i++)
        {
            Turn(sender, TimeSpan.FromSeconds(2));
        }

        Assert.InRange(Turn(sender, TimeSpan.FromMilliseconds(1)), 1, 6_000);
        for (var i = 0; i < 10; i++)
        {
            Turn(sender, TimeSpan.FromMilliseconds(1));
        }

        Assert.True(Turn(sender, TimeSpan.FromMilliseconds(1)) > 200_000);
    }

    [Fact]
    public void After_a_broker_that_fell_silent_it_begins_with_little()
    {
        var sender = Sender();
        Turn(sender, TimeSpan.FromMilliseconds(1));
        sender.Forget(wasSilent: true);
        pings.Clear();
        Assert.InRange(Turn(sender, TimeSpan.FromMilliseconds(1)), 1, 6_000);
    }

    [Fact]
    public void One_that_is_longer_than_the_broker_takes_is_dropped_and_counted_and_the_others_go_on()
    {
        mostBytes = 2000;
        var sender = Sender();
        foreach (var bytes in new[] { 1000, 3000, 1000 })
        {
            Post(sender, bytes);
        }

        sender.Move();
        sender.Move(); // takes in the last
        Assert.Equal((2, 1), (sender.Sent, sender.Outbox.Dropped));
        Assert.InRange(bytesSent, 2000, 2010);
    }

    [Fact]
    public void A_connection_that_is_gone_at_the_moment_of_sending_costs_the_message_and_not_its_place_in_the_outbox()
    {
        var sender = new PoseSender(_ => throw new MqttCommunicationException("gone"), () => Task.CompletedTask, durations, time);
        for (var loss = 1; loss <= 70; loss++)
        {
            Post(sender);
            Assert.Throws<MqttCommunicationException>(sender.Move);
            sender.Forget(wasSilent: false);
            Assert.True(Spool.Wait.Until(() => sender.Outbox.Dropped == loss), $"{sender.Outbox.Dropped} of {loss} came back");
        }

        Assert.Equal(64, Enumerable.Range(0, 64).Select(_ => sender.Outbox.Rent()).Distinct().Count());
        Assert.Equal((0, 70), (sender.Sent, sender.Outbox.Dropped));
    }

    /// <summary>Sends as much as goes, then answers every ping after a while; how much went.</summary>
    private long Turn(PoseSender sender, TimeSpan answersAfter)
    {
        var before = bytesSent;
        for (var i = 0; i < 2000; i++)
        {
            Post(sender);
            sender.Move();
        }

        var went = bytesSent - before;
        while (pings.Count > 0)
        {
            time.Advance(answersAfter);
            pings.Dequeue().SetResult();
            sender.DropWaiting();
            sender.Move(); // may ask once more, for what went after the ping
        }

        return went;
    }

    private PoseSender Sender() => new(
        message =>
        {
            if (message.Payload.Length > mostBytes)
            {
                return null;
            }

            bytesSent += message.Payload.Length;
            return Task.CompletedTask;
        },
        () =>
        {
            pings.Enqueue(new TaskCompletionSource());
            return pings.Last().Task;
        },
        durations, time);

    private static void Post(PoseSender sender, int bytes = 1000)
    {
        var message = sender.Outbox.Rent();
        message.Writer.WriteStringValue(new string('.', bytes));
        message.Writer.Flush();
        sender.Outbox.Post(message);
    }
}
