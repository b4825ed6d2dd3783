using System.Globalization;
using System.Security.Cryptography;

namespace EdgePose.Delivery.Broker;

/// <summary>Ids of messages: <c>DEVICE-BOOT-SEQUENCE</c>. The boot part is new at each start, so an id is never used twice, and a message sent again keeps its own.</summary>
public sealed class EventIds(string device, string boot)
{
    private long last;

    /// <summary>The part that is new at each start.</summary>
    public string Boot { get; } = boot;

    /// <summary>
    /// A boot part: the time of the start in seconds and 31 random bits, both in hexadecimal. The random part is what tells two starts apart on a device without a
    /// battery for its clock, where each boot begins at the same second.
    /// </summary>
    public static string NewBoot(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow().ToUnixTimeSeconds():x}{RandomNumberGenerator.GetInt32(int.MaxValue):x8}");
    }

    /// <summary>The next sequence number, from 1.</summary>
    public long Next() => Interlocked.Increment(ref last);

    /// <summary>The id of a sequence number.</summary>
    public string Of(long sequence) => string.Create(CultureInfo.InvariantCulture, $"{device}-{Boot}-{sequence}");
}
