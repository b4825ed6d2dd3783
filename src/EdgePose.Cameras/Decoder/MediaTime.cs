using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;

namespace EdgePose.Cameras.Decoder;

/// <summary>The time at which a picture was taken, as the stream gives it.</summary>
/// <param name="live">Whether the source is live.</param>
/// <param name="pace">How a file plays.</param>
internal sealed class MediaTime(bool live, SourcePace pace)
{
    // Seconds from 1900-01-01, where NTP counts from, to 1970-01-01 (RFC 5905).
    private const long NtpToUnixSeconds = 2_208_988_800;

    // The year 2153. A camera may send any 64 bits, and a date cannot hold all of them.
    private const ulong MaxNanoseconds = 8_000_000_000UL * 1_000_000_000;

    private readonly DateTimeOffset openedAt = DateTimeOffset.UtcNow;
    private readonly long openedTimestamp = TimeProvider.System.GetTimestamp();
    private readonly IntPtr ntpCaps = GStreamer.CapsFromString("timestamp/x-ntp");
    private TimeSpan loopOffset;
    private TimeSpan lastMediaTime;

    /// <summary>Starts the next round of a file that loops. Its time continues.</summary>
    public void Loop() => loopOffset = lastMediaTime + TimeSpan.FromMilliseconds(40);

    /// <summary>The time of a buffer: UTC, by which clock, and on a clock that does not step.</summary>
    public (DateTimeOffset At, CaptureClock Clock, TimeSpan Monotonic) Of(IntPtr buffer)
    {
        var elapsed = TimeProvider.System.GetElapsedTime(openedTimestamp);
        var presentation = GStreamer.PresentationTime(buffer);
        if (!live)
        {
            lastMediaTime = loopOffset + (presentation == GStreamer.NoTime ? TimeSpan.Zero : TimeSpan.FromTicks((long)(presentation / 100)));
            return (pace == SourcePace.RealTime ? DateTimeOffset.UtcNow : openedAt + lastMediaTime, CaptureClock.File, lastMediaTime);
        }

        var meta = GStreamer.ReferenceTimestamp(buffer, ntpCaps);
        var nanoseconds = meta == IntPtr.Zero ? ulong.MaxValue : GStreamer.MetaTimestamp(meta);
        if (nanoseconds > MaxNanoseconds)
        {
            return (DateTimeOffset.UtcNow, CaptureClock.Arrival, elapsed);
        }

        return (DateTimeOffset.UnixEpoch.AddTicks((long)(nanoseconds / 100)).AddSeconds(-NtpToUnixSeconds), CaptureClock.Ntp, elapsed);
    }
}
