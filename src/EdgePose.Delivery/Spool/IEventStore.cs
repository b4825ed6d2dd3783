namespace EdgePose.Delivery.Spool;

/// <summary>
/// Where messages that must arrive wait for the broker's acknowledgement: in memory, or on the disk (<see cref="Spool.SpoolEventStore"/>). One thread appends at a
/// time and another leases; neither ever waits for a disk.
/// </summary>
public interface IEventStore : IDisposable
{
    /// <summary>How it stands.</summary>
    StoreStatus Status { get; }

    /// <summary>Events that wait, those in flight included.</summary>
    int Count { get; }

    /// <summary>Called on any thread when <see cref="TryLease"/> may have something that it did not have before.</summary>
    Action? Ready { get; set; }

    /// <summary>Keeps a message; when there is no room the oldest is dropped and counted.</summary>
    void Append(StoredMessage message);

    /// <summary>The oldest message that is neither in flight nor parked, which is in flight from now on; null when there is none.</summary>
    Lease? TryLease();

    /// <summary>Forgets a message that has arrived.</summary>
    void Acknowledge(long position);

    /// <summary>Drops a message that the broker will never take, and counts it.</summary>
    void Discard(long position);

    /// <summary>The broker does not take a message for now: it waits again, and so do the others of its topic that are not in flight. Other topics go on.</summary>
    void Park(long position);

    /// <summary>The topic may be tried again, from its oldest message on.</summary>
    void Unpark(string topic);

    /// <summary>Takes everything in flight back, in order: the connection is gone and nobody knows what arrived.</summary>
    void ReturnLeases();
}
