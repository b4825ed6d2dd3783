namespace EdgePose.Delivery.Spool;

/// <summary>A stored message that is in flight.</summary>
/// <param name="Position">Its place in the store's order; what the store is told about it by.</param>
/// <param name="Message">The message.</param>
public readonly record struct Lease(long Position, StoredMessage Message);
