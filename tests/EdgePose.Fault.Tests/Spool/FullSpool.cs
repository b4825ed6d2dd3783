using EdgePose.Delivery.Spool;

namespace EdgePose.Fault.Tests.Spool;

/// <summary>A spool that has reached its limit.</summary>
internal static class FullSpool
{
    /// <summary>Makes one; gives the number of its events.</summary>
    public static int Make(string folder, int megabytes)
    {
        Directory.CreateDirectory(folder);
        using var log = new SpoolLog(new SpoolOptions(folder, megabytes * 1_000_000L, TimeSpan.FromDays(7), 32));
        for (var count = 0; ; count += 128)
        {
            try
            {
                log.Append([.. Enumerable.Range(count, 128).Select(number => new SpoolEvent(number + 1, DateTimeOffset.UtcNow, SmallSpool.Message(number)))], [], default);
            }
            catch (SpoolFullException)
            {
                return count;
            }
        }
    }

    /// <summary>Flips a bit of an event in the middle.</summary>
    public static void DamageEvent(string folder)
    {
        var files = Directory.GetFiles(folder, "*.seg").Order(StringComparer.Ordinal).ToArray();
        var bytes = File.ReadAllBytes(files[files.Length / 2]);
        bytes[bytes.AsSpan().IndexOf("device-boot-"u8)] ^= 1;
        File.WriteAllBytes(files[files.Length / 2], bytes);
    }
}
