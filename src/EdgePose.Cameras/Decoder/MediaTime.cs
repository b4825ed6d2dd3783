using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;

namespace EdgePose.Cameras.Decoder;

/// <summary>The time at which a picture was taken, as the stream gives it. A recording's time only rises, and is never invented without a word.</summary>
/// <param name="live">Whether the source is live.</param>
/// <param name="pace">How a file plays.</param>
internal sealed class MediaTime(bool live, SourcePace pace)
{
    // Seconds from 1900-01-01, where NTP counts from, to 1970-01-01 (RFC 5905).
    private const long NtpToUnixSeconds = 2_208_988_800;

    // The year 2153. A camera may send any 64 bits, and a date cannot hold all of them.
    private const ulong MaxNanoseconds = 8_000_000_000UL * 1_000_000_000;

    private static readonly TimeSpan AssumedInterval = TimeSpan.FromSeconds(1.0 / 25);

    private readonly DateTimeOffset openedAt = DateTimeOffset.UtcNow;
    private readonly long openedTimestamp = TimeProvider.System.GetTimestamp();
    private readonly IntPtr ntpCaps = GStreamer.CapsFromString("timestamp/x-ntp");
    private TimeSpan offset;
    private TimeSpan roundStart;
    private TimeSpan? last;

    /// <summary>Time from one picture to the next, as the stream states it or as assumed.</summary>
    public TimeSpan Interval { get; private set; } = AssumedInterval;

    /// <summary>Whether pictures of a recording come without timestamps, so that <see cref="Interval"/> places them.</summary>
    public bool LacksTimes { get; private set; }

    /// <summary>Whether there was a picture.</summary>
    public bool Any => last is not null;

    /// <summary>How far this round has been played.</summary>
    public TimeSpan Played => (last ?? TimeSpan.Zero) - roundStart;

    /// <summary>Starts the next round of a file that loops. Its time continues.</summary>
    public void Loop() => offset = roundStart = (last ?? TimeSpan.Zero) + Interval;

    /// <summary>The time of a buffer: UTC, by which clock, and on a clock that does not step.</summary>
    /// <param name="buffer">The picture.</param>
    /// <param name="structure">Its caps, whose frame rate places pictures without a timestamp.</param>
    public (DateTimeOffset At, CaptureClock Clock, TimeSpan Monotonic) Of(IntPtr buffer, IntPtr structure)
    {
        var presentation = GStreamer.PresentationTime(buffer);
        if (!live)
        {
            var at = Recorded(presentation == GStreamer.NoTime ? null : TimeSpan.FromTicks((long)(presentation / 100)), structure);
            return (pace == SourcePace.RealTime ? DateTimeOffset.UtcNow : openedAt + at, CaptureClock.File, at);
        }

        var elapsed = TimeProvider.System.GetElapsedTime(openedTimestamp);
        var meta = GStreamer.ReferenceTimestamp(buffer, ntpCaps);
        var nanoseconds = meta == IntPtr.Zero ? ulong.MaxValue : GStreamer.MetaTimestamp(meta);
        if (nanoseconds > MaxNanoseconds)
        {
            return (DateTimeOffset.UtcNow, CaptureClock.Arrival, elapsed);
        }

        return (DateTimeOffset.UnixEpoch.AddTicks((long)(nanoseconds / 100)).AddSeconds(-NtpToUnixSeconds), CaptureClock.Ntp, elapsed);
    }

    /// <summary>The time of a recorded picture, later than the one before it.</summary>
    private TimeSpan Recorded(TimeSpan? presentation, IntPtr structure)
    {
        if (GStreamer.GetFraction(structure, "framerate", out var pictures, out var seconds) != 0 && pictures > 0 && seconds > 0)
        {
            Interval = TimeSpan.FromSeconds((double)seconds / pictures);
        }

        LacksTimes |= presentation is null;
        var at = presentation + offset ?? (last + Interval ?? offset);
        if (at < last)
        {
            offset += last.Value + Interval - at; // a seam: recordings that were put one behind the other
            at = last.Value + Interval;
        }
        else if (at == last)
        {
            at += TimeSpan.FromMilliseconds(1);
        }

        last = at;
        return at;
    }
}
