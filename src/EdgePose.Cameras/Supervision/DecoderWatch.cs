using EdgePose.Cameras.Frames;

namespace EdgePose.Cameras.Supervision;

/// <summary>
/// Tells when a decoder child hangs, its camera has stalled, or it has grown beyond its share of memory. One life of a child each: its reader tells what
/// came, and a timer asks for the verdict.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="vitals">What the system tells of the child; null when nothing does.</param>
/// <param name="maxMemoryBytes">The most memory that it may hold.</param>
internal sealed class DecoderWatch(TimeProvider time, IChildVitals? vitals = null, long maxMemoryBytes = long.MaxValue)
{
    /// <summary>How often the child is looked after.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.2);

    /// <summary>The child sends a heartbeat every 0.2 s: silent for so long by its own doing, it hangs. With a new start, the camera is back within 3 s.</summary>
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(0.8);

    /// <summary>However busy the device is: a child that was not heard for so long is of no use. No device that keeps up leaves a thread waiting for half of it.</summary>
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(15);

    /// <summary>Until its first message a child may take longer: on a fresh device GStreamer first looks through all of its plugins.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);

    /// <summary>Connected, but no picture for so long: the camera has stalled. Promised are six seconds from the last picture to the offline state, on a busy device too.</summary>
    private static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(4.5);

    /// <summary>The first picture may take longer: connecting, and waiting for a key frame.</summary>
    public static readonly TimeSpan FirstFrameLimit = TimeSpan.FromSeconds(10);

    /// <summary>Only a run that lasted so long ends the back-off: a camera that fails after its first frame, over and over, must not be asked every second.</summary>
    private static readonly TimeSpan StableLimit = TimeSpan.FromSeconds(10);

    private readonly StarvedThreads? threads = vitals is null ? null : new(time, vitals);
    private long lastMessage = time.GetTimestamp();
    private long lastFrame = time.GetTimestamp();
    private long firstFrame;
    private volatile bool anyMessage;
    private volatile bool anyFrame;
    private long seenMessage;
    private TimeSpan waitedBefore;

    /// <summary>Whether a frame has come.</summary>
    public bool AnyFrame => anyFrame;

    /// <summary>Whether it has run for so long that it counts as a success.</summary>
    public bool WasStable => anyFrame && time.GetElapsedTime(Interlocked.Read(ref firstFrame)) > StableLimit;

    /// <summary>A message has come, of whichever kind.</summary>
    public void Message()
    {
        var now = time.GetTimestamp();
        Interlocked.Exchange(ref lastMessage, now);
        if (!anyMessage)
        {
            Interlocked.Exchange(ref lastFrame, now); // the wait for the first picture begins when the child is ready
            anyMessage = true;
        }
    }

    /// <summary>A frame has come and was put away, which may have taken a while where the mailbox makes its writer wait.</summary>
    public void Frame()
    {
        var now = time.GetTimestamp();
        Interlocked.Exchange(ref lastFrame, now);
        Interlocked.Exchange(ref lastMessage, now);
        if (!anyFrame)
        {
            Interlocked.Exchange(ref firstFrame, now);
            anyFrame = true;
        }
    }

    /// <summary>What is wrong now. For one caller, which asks every <see cref="Interval"/>.</summary>
    public DecoderVerdict Judge()
    {
        var (message, frame) = (Interlocked.Read(ref lastMessage), Interlocked.Read(ref lastFrame));
        var (silence, quiet) = (time.GetElapsedTime(message), time.GetElapsedTime(frame));
        var stallLimit = anyFrame ? StallLimit : FirstFrameLimit;
        // Without figures of the threads, none is an excuse. A child that is starting has its own limit.
        var starves = threads is null ? false : threads.Look(anyMessage && (silence > HangLimit / 2 || quiet > stallLimit / 2));
        return vitals?.ResidentBytes > maxMemoryBytes ? DecoderVerdict.TooLarge
            : Hangs(message, silence, starves) ? DecoderVerdict.Hangs
            : anyMessage && quiet > stallLimit && (quiet > SilenceLimit || starves == false) ? DecoderVerdict.Stalled
            : DecoderVerdict.Well;
    }

    /// <summary>
    /// Silence counts only as far as it is the child's own: not while it waited for a processor that others had, nor while what it wrote waits for us. A child
    /// that is stopped or dead-locked waits for no processor.
    /// </summary>
    private bool Hangs(long message, TimeSpan silence, bool? starves)
    {
        var waited = vitals?.WaitedForProcessor ?? TimeSpan.Zero;
        if (message != seenMessage)
        {
            (seenMessage, waitedBefore) = (message, waited);
        }

        if (!anyMessage || silence > SilenceLimit)
        {
            return silence > (anyMessage ? SilenceLimit : StartLimit);
        }

        return silence - (waited - waitedBefore) > HangLimit && starves == false && vitals is not { HasUnread: true } and not { IsHeldByKernel: true };
    }
}

/// <summary>How a decoder child does.</summary>
internal enum DecoderVerdict
{
    /// <summary>It works.</summary>
    Well,

    /// <summary>It is silent though it could speak.</summary>
    Hangs,

    /// <summary>It speaks, but has no picture.</summary>
    Stalled,

    /// <summary>It holds more memory than it may.</summary>
    TooLarge,
}

/// <summary>What the system tells of a child; a seam for tests, which cannot starve a process at will.</summary>
internal interface IChildVitals
{
    /// <summary>How long, since its start, its main thread could have run and got no processor: another's load, not its own fault.</summary>
    TimeSpan WaitedForProcessor { get; }

    /// <summary>Physical memory that it holds now, bytes, shared pages included.</summary>
    long ResidentBytes { get; }

    /// <summary>Remembers how long each thread has waited for a processor so far.</summary>
    void MarkThreads();

    /// <summary>How long the one that waited longest has waited since.</summary>
    TimeSpan LongestThreadWait { get; }

    /// <summary>Whether something that it wrote waits to be read: then it is the reader that is late.</summary>
    bool HasUnread { get; }

    /// <summary>Whether the kernel holds its main thread back for a disk or for memory that was swapped out.</summary>
    bool IsHeldByKernel { get; }
}
