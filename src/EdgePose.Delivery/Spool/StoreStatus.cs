namespace EdgePose.Delivery.Spool;

/// <summary>Where events wait.</summary>
public enum StoreMedium
{
    /// <summary>In memory, by choice or because the disk cannot be used: a restart loses them.</summary>
    Memory,

    /// <summary>On the disk.</summary>
    Disk,

    /// <summary>On the disk as far as they came; the disk takes no more for now, and newer ones wait in memory.</summary>
    Holding,
}

/// <summary>How a store of events stands.</summary>
/// <param name="Medium">Where events wait.</param>
/// <param name="Fault">Why they are not on the disk although they should be, with a remedy; else empty.</param>
/// <param name="Count">Events that wait, those in flight included.</param>
/// <param name="Bytes">What they take, on the disk or in memory.</param>
/// <param name="OldestAge">How long the oldest has waited; null when none waits.</param>
/// <param name="Dropped">Events dropped since the start, by cause.</param>
public sealed record StoreStatus(StoreMedium Medium, string Fault, int Count, long Bytes, TimeSpan? OldestAge, DropCounts Dropped)
{
    /// <summary>Events dropped before this start, where the disk has kept their number.</summary>
    public long DroppedBefore { get; init; }
}
