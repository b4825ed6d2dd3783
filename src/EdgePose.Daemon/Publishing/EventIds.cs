using System.Globalization;

namespace EdgePose.Daemon.Publishing;

/// <summary>Ids of messages: <c>DEVICE-BOOT-SEQUENCE</c>. The boot part is new at each start, so an id is never used twice, and a message sent again keeps its own.</summary>
public sealed class EventIds(string device, string boot)
{
    private long last;

    /// <summary>The part that is new at each start.</summary>
    public string Boot { get; } = boot;

    /// <summary>A boot part from the time of the start, in base 36 seconds, and two random digits.</summary>
    public static string NewBoot(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow().ToUnixTimeSeconds():x}{Random.Shared.Next(256):x2}");
    }

    /// <summary>The next sequence number, from 1.</summary>
    public long Next() => Interlocked.Increment(ref last);

    /// <summary>The id of a sequence number.</summary>
    public string Of(long sequence) => string.Create(CultureInfo.InvariantCulture, $"{device}-{Boot}-{sequence}");
}
