namespace EdgePose.Cameras.Supervision;

/// <summary>How long a live camera may send no picture. The limits follow the camera's own pace, from run to run.</summary>
/// <param name="stall">The limit between pictures, for a camera that does not show a slower pace.</param>
/// <param name="first">The limit before the first picture, and before the second: until then the pace is unknown.</param>
internal sealed class PictureLimits(TimeSpan stall, TimeSpan first)
{
    /// <summary>Cameras that save data send a key frame only every minute or two.</summary>
    public static readonly TimeSpan KeyFrame = TimeSpan.FromSeconds(120);

    /// <summary>After the first picture, packets without pictures mean a decoder that does not recover.</summary>
    public static readonly TimeSpan PacketsOnly = TimeSpan.FromSeconds(15);

    private readonly TimeSpan configured = first;

    /// <summary>The limit before the first and the second picture.</summary>
    public TimeSpan First { get; private set; } = first;

    /// <summary>The limit between pictures of a camera.</summary>
    /// <param name="slowest">The longest of its last intervals. A camera that takes three times as long has stalled.</param>
    public TimeSpan Between(TimeSpan slowest) => TimeSpan.FromTicks(Math.Max(stall.Ticks, 3 * slowest.Ticks));

    /// <summary>Notes the end of a run. A run that stalled after one picture may be that of a slow camera, so the next one gets more time.</summary>
    public void RunEnded(long frames, bool hasStalled) =>
        First = hasStalled && frames == 1 ? TimeSpan.FromTicks(Math.Max(configured.Ticks, Math.Min(2 * First.Ticks, KeyFrame.Ticks))) : frames > 1 ? configured : First;
}

/// <summary>Watches the pictures and packets of one run. The reader reports them, and a timer asks.</summary>
internal sealed class PictureWait(TimeProvider time, PictureLimits limits)
{
    private const int Remembered = 8;

    private readonly Lock gate = new();
    private readonly TimeSpan[] intervals = new TimeSpan[Remembered];
    private long lastFrame = time.GetTimestamp();
    private long lastSign = time.GetTimestamp();
    private long packets;
    private long frames;

    /// <summary>Pictures so far.</summary>
    public long Frames => Interlocked.Read(ref frames);

    /// <summary>Starts the wait for the first picture.</summary>
    public void Begin()
    {
        lock (gate)
        {
            (lastFrame, lastSign) = (time.GetTimestamp(), time.GetTimestamp());
        }
    }

    /// <summary>Notes how many packets have come.</summary>
    public void Packets(long count)
    {
        lock (gate)
        {
            (lastSign, packets) = count == packets ? (lastSign, packets) : (time.GetTimestamp(), count);
        }
    }

    /// <summary>Notes a picture.</summary>
    public void Frame()
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            if (frames > 0)
            {
                intervals[frames % Remembered] = time.GetElapsedTime(lastFrame, now);
            }

            (lastFrame, lastSign, frames) = (now, now, frames + 1);
        }
    }

    /// <summary>The wait as a share of what is allowed: above 1 the camera has stalled.</summary>
    public double Share()
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            var limit = frames < 2 ? limits.First : limits.Between(intervals.Max());
            var longest = frames == 0 ? PictureLimits.KeyFrame : PictureLimits.PacketsOnly;
            return Math.Max(time.GetElapsedTime(lastSign, now) / limit, time.GetElapsedTime(lastFrame, now) / (limit > longest ? limit : longest));
        }
    }
}
