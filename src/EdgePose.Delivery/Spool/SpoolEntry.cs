
namespace EdgePose.Delivery.Spool;

/// <summary>A message on its way to the disk, or from it.</summary>
/// <param name="Record">As it is on the disk.</param>
/// <param name="Message">As the publisher wants it.</param>
internal readonly record struct SpoolEntry(SpoolRecord Record, StoredMessage Message)
{
    /// <summary>Its place in the order.</summary>
    public long Position => Record.Position;
}
