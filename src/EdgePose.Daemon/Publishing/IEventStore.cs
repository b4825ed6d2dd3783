namespace EdgePose.Daemon.Publishing;

/// <summary>Where messages that must arrive wait for the broker's acknowledgement. In memory for now; the durable spool is the second implementation.</summary>
public interface IEventStore
{
    /// <summary>How many wait, those in flight included.</summary>
    int Count { get; }

    /// <summary>How many were dropped because the store was full.</summary>
    long Dropped { get; }

    /// <summary>Keeps a message; when the store is full the oldest is dropped and counted.</summary>
    void Append(StoredMessage message);

    /// <summary>The oldest message that is not in flight, which is in flight from now on; null when there is none.</summary>
    StoredMessage? TryLease();

    /// <summary>Forgets a message that has arrived.</summary>
    void Acknowledge(long sequence);

    /// <summary>Takes everything in flight back, in order: the connection is gone and nobody knows what arrived.</summary>
    void ReturnLeases();
}
