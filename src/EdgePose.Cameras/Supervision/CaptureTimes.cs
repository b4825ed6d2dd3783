using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Frames;

namespace EdgePose.Cameras.Supervision;

/// <summary>
/// Sets the time at which a frame was taken. A camera's RTCP time is used only while it agrees with the arrival; otherwise the time of arrival is used.
/// The monotonic time of a live camera is always the arrival's, so no clock that steps moves a track.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="doubted">Called, at most once a minute, with the difference of the camera's clock.</param>
internal sealed class CaptureTimes(TimeProvider time, Action<TimeSpan> doubted)
{
    /// <summary>No jitter buffer (<c>latencyMs</c> is at most as long) and decoder hold a picture back for longer.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);

    /// <summary>Clocks kept by NTP differ by milliseconds, badly kept ones by less than this.</summary>
    public static readonly TimeSpan MaxLead = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ReportInterval = TimeSpan.FromMinutes(1);

    private readonly long origin = time.GetTimestamp();
    private long reported;

    /// <summary>Sets the times of a frame that has just arrived.</summary>
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
        if (reported == 0 || time.GetElapsedTime(reported, now) > ReportInterval)
        {
            reported = now;
            doubted(age);
        }
    }
}
