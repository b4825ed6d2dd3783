namespace EdgePose.Delivery.Spool;

/// <summary>A stored message that is in flight.</summary>
/// <param name="Position">Its place in the store's order, by which the caller names it.</param>
/// <param name="Message">The message.</param>
public readonly record struct Lease(long Position, StoredMessage Message);
