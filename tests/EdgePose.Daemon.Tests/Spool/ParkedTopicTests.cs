using System.Collections.Concurrent;
using EdgePose.Delivery.Spool;

namespace EdgePose.Daemon.Tests.Spool;

/// <summary>A topic that may be tried again at any point of the writer's turn. What is leased at the end of a turn is leased on the writer's own thread: nothing races.</summary>
public sealed class ParkedTopicTests : IDisposable
{
    private const string Hall = "hall";
    private const string Door = "door";
    private readonly SpoolFolder folder = new();
    private readonly GatedDisk disk;
    private readonly SpoolEventStore store;
    private readonly ConcurrentQueue<int> hall = [];
    private readonly ConcurrentQueue<int> door = [];

    public ParkedTopicTests()
    {
        disk = new GatedDisk(folder);
        store = disk.Open();
    }

    public void Dispose()
    {
        disk.Dispose();
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_topic_that_comes_back_while_its_newest_event_is_being_written_begins_with_its_oldest()
    {
        Append(Enumerable.Range(0, 10), Hall);
        Park();
        disk.Gate.Reset();
        Append([10], Hall);
        Assert.True(disk.Waiting.Wait(Patience.Span));
        store.Unpark(Hall);
        store.Ready = Lease; // at the end of that turn, and of each after it
        disk.Gate.Set();
        Assert.True(Wait.Until(() => hall.Count == 11));
        Assert.Equal(Enumerable.Range(0, 11), hall);
    }

    [Fact]
    public void A_topic_that_comes_back_while_the_window_is_filled_again_begins_with_its_oldest()
    {
        for (var number = 0; number < 600; number++)
        {
            store.Append(SpoolFolder.Message(number, number % 2 == 0 ? Hall : Door));
        }

        Park();
        using var reading = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        disk.Loaded = () =>
        {
            reading.Set();
            goOn.Wait();
            store.Unpark(Hall);
            store.Ready = Lease; // the writer leases from here on
        };
        Assert.True(Wait.Until(() =>
        {
            TakeDoor(); // makes room, so that the writer reads more
            return reading.IsSet;
        }));
        goOn.Set();
        Assert.True(Wait.Until(() => hall.Count == 300 && door.Count == 300));
        Assert.Equal(Enumerable.Range(0, 300).Select(i => 2 * i), hall);
        Assert.Equal(Enumerable.Range(0, 300).Select(i => (2 * i) + 1), door);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(600)] // more than the window holds
    public void A_topic_that_comes_back_while_the_disk_takes_nothing_begins_with_its_oldest(int onDisk)
    {
        Append(Enumerable.Range(0, onDisk), Hall);
        Park();
        disk.Refuses = true;
        Append([onDisk, onDisk + 1], Hall);
        Append([onDisk + 2], Door);
        Assert.True(Wait.Until(TakeDoor)); // what came since is in the window, and in memory alone
        Assert.Equal(StoreMedium.Holding, store.Status.Medium);
        store.Unpark(Hall);
        Assert.True(Wait.Until(() =>
        {
            Lease();
            return hall.Count == onDisk + 2;
        }));
        Assert.Equal(Enumerable.Range(0, onDisk + 2), hall);
        disk.Refuses = false;
        Assert.True(Wait.Until(() => store.IsWritten && store.Count == 0));
        Assert.Equal(onDisk + 2, hall.Count);
    }

    private void Append(IEnumerable<int> numbers, string topic)
    {
        foreach (var number in numbers)
        {
            store.Append(SpoolFolder.Message(number, topic));
        }
    }

    /// <summary>When all is on the disk, the first event is refused.</summary>
    private void Park()
    {
        Assert.True(Wait.Until(() => store.IsWritten));
        var first = store.TryLease()!.Value;
        Assert.Equal((Hall, 0), (first.Message.Topic, SpoolFolder.NumberOf(first.Message)));
        store.Park(first.Position);
    }

    private bool TakeDoor()
    {
        if (store.TryLease() is not { } lease)
        {
            return false;
        }

        Take(lease);
        Assert.Equal(Door, lease.Message.Topic);
        return true;
    }

    private void Lease()
    {
        while (store.TryLease() is { } lease)
        {
            Take(lease);
        }
    }

    private void Take(Lease lease)
    {
        (lease.Message.Topic == Hall ? hall : door).Enqueue(SpoolFolder.NumberOf(lease.Message));
        store.Acknowledge(lease.Position);
    }
}
