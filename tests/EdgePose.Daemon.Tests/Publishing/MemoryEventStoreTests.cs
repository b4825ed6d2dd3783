using EdgePose.Daemon.Tests.Spool;
using EdgePose.Delivery.Spool;
using Microsoft.Extensions.Time.Testing;

namespace EdgePose.Daemon.Tests.Publishing;

public sealed class MemoryEventStoreTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void The_oldest_make_way_and_are_counted_but_never_those_in_flight()
    {
        var store = new MemoryEventStore(12_000, TimeSpan.FromHours(1), time);
        store.Append(SpoolFolder.Message(0));
        var first = store.TryLease()!.Value;
        for (var number = 1; number < 100; number++)
        {
            store.Append(SpoolFolder.Message(number));
        }

        var status = store.Status;
        Assert.Equal(100, status.Count + status.Dropped.Full);
        Assert.InRange(status.Bytes, 9_000, 12_000);
        store.Acknowledge(first.Position);
        Assert.Equal(Enumerable.Range(100 - status.Count + 1, status.Count - 1), SpoolFolder.Drain(store, status.Count - 1).Select(SpoolFolder.NumberOf));
    }

    [Fact]
    public void What_waited_too_long_is_dropped_and_counted()
    {
        var store = new MemoryEventStore(1_000_000, TimeSpan.FromHours(1), time);
        store.Append(SpoolFolder.Message(1));
        time.Advance(TimeSpan.FromMinutes(59));
        store.Append(SpoolFolder.Message(2));
        Assert.Equal(59, store.Status.OldestAge?.TotalMinutes);
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(2, SpoolFolder.NumberOf(store.TryLease()!.Value.Message));
        Assert.Equal(1, store.Status.Dropped.Aged);
    }

    [Fact]
    public void A_parked_topic_waits_and_comes_in_order_afterwards()
    {
        var store = new MemoryEventStore(1_000_000, TimeSpan.FromHours(1), time);
        for (var number = 0; number < 10; number++)
        {
            store.Append(SpoolFolder.Message(number, number % 2 == 0 ? "even" : "odd"));
        }

        store.Park(store.TryLease()!.Value.Position);
        Assert.Equal([1, 3, 5, 7, 9], SpoolFolder.Drain(store, 5).Select(SpoolFolder.NumberOf));
        Assert.Null(store.TryLease());
        store.Unpark("even");
        Assert.Equal([0, 2, 4, 6, 8], SpoolFolder.Drain(store, 5).Select(SpoolFolder.NumberOf));
    }
}
