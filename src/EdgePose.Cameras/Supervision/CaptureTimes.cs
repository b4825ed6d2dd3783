using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Frames;

namespace EdgePose.Cameras.Supervision;

/// <summary>
/// Decides when a frame was taken. What a camera says by RTCP is believed only while it agrees with when the frame came: a camera whose clock was never set,
/// is an hour off or jumps gives the time of arrival in its place. The monotonic time of a live camera is the arrival's alone, so no clock of anybody moves a track.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="doubted">Told, at most once a minute, how far a camera's clock is from this device's.</param>
internal sealed class CaptureTimes(TimeProvider time, Action<TimeSpan> doubted)
{
    /// <summary>A picture that is older had been held back longer than any jitter buffer (<c>latencyMs</c> is at most as long) and decoder do.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);

    /// <summary>A picture of the future: two clocks that NTP keeps differ by milliseconds, those of a badly kept one by less than this.</summary>
    public static readonly TimeSpan MaxLead = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan TellInterval = TimeSpan.FromMinutes(1);

    private readonly long origin = time.GetTimestamp();
    private long told;

    /// <summary>Sets the frame's times, now that it has come.</summary>
    public void Set(Frame frame, in DecoderMessage head)
    {
        var now = time.GetTimestamp();
        frame.ArrivedTimestamp = now;
        frame.Clock = (CaptureClock)head.ClockKind;
        frame.CapturedAt = new DateTimeOffset(head.CapturedUtcTicks, TimeSpan.Zero);
        frame.CapturedMonotonic = frame.Clock == CaptureClock.File ? TimeSpan.FromTicks(head.CapturedMonotonicTicks) : time.GetElapsedTime(origin, now);
        if (frame.Clock != CaptureClock.Ntp)
        {
            return;
        }

        var arrivedAt = time.GetUtcNow();
        var age = arrivedAt - frame.CapturedAt;
        if (age <= MaxAge && age >= -MaxLead)
        {
            return;
        }

        (frame.Clock, frame.CapturedAt) = (CaptureClock.Arrival, arrivedAt);
        if (told == 0 || time.GetElapsedTime(told, now) > TellInterval)
        {
            told = now;
            doubted(age);
        }
    }
}
