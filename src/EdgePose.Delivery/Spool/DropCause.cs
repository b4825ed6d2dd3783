namespace EdgePose.Delivery.Spool;

/// <summary>Why an event was dropped instead of delivered.</summary>
public enum DropCause
{
    /// <summary>More waited than <c>spool.maxMegabytes</c> lets; the oldest made way.</summary>
    Full,

    /// <summary>It waited for longer than <c>spool.maxAgeHours</c>.</summary>
    Aged,

    /// <summary>The disk had no room for a newer one; the oldest made way.</summary>
    DiskFull,

    /// <summary>The disk took no writes for so long that the hand-over to it overflowed.</summary>
    DiskSlow,

    /// <summary>Its bytes on the disk were damaged.</summary>
    Corrupt,

    /// <summary>The broker will never take it: too large, or malformed in its eyes.</summary>
    Refused,
}
