using EdgePose.Cameras.Frames;

namespace EdgePose.Cameras.Supervision;

/// <summary>
/// Judges one run of a decoder process: whether it hangs, its camera has stalled, or it holds too much memory.
/// Its reader reports each message, and a timer asks for the verdict.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="vitals">The system's figures of the process; null without any.</param>
/// <param name="maxMemoryBytes">The most memory that it may hold.</param>
/// <param name="pictures">Watches the pictures of a live camera; null for a recording, which may pause for as long as its content does.</param>
internal sealed class DecoderWatch(TimeProvider time, IChildVitals? vitals = null, long maxMemoryBytes = long.MaxValue, PictureWait? pictures = null)
{
    /// <summary>How often the process is judged.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.2);

    /// <summary>A process sends a heartbeat every 0.2 s. One that is silent for so long without waiting for a processor hangs.</summary>
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(0.8);

    /// <summary>The longest silence, however busy the device is.</summary>
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(15);

    /// <summary>The longest wait for the first message: on a fresh device GStreamer first reads all of its plugins.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);

    /// <summary>Threads that wait for a processor excuse a missing picture for this many times the limit.</summary>
    private const double LongestStarving = 3;

    /// <summary>A run that lasted so long is a success and ends the back-off.</summary>
    private static readonly TimeSpan StableLimit = TimeSpan.FromSeconds(10);

    private readonly StarvedThreads? threads = vitals is null ? null : new(time, vitals);
    private long lastMessage = time.GetTimestamp();
    private long firstFrame;
    private volatile bool anyMessage;
    private volatile bool anyFrame;
    private long seenMessage;
    private TimeSpan waitedBefore;

    /// <summary>Whether a frame has come.</summary>
    public bool AnyFrame => anyFrame;

    /// <summary>Whether it has run for so long that it counts as a success.</summary>
    public bool WasStable => anyFrame && time.GetElapsedTime(Interlocked.Read(ref firstFrame)) > StableLimit;

    /// <summary>Notes a message of any kind.</summary>
    /// <param name="packets">Packets that the source has sent so far.</param>
    public void Message(long packets = 0)
    {
        Interlocked.Exchange(ref lastMessage, time.GetTimestamp());
        if (!anyMessage)
        {
            pictures?.Begin(); // the wait for the first picture begins when the process is ready
            anyMessage = true;
        }

        pictures?.Packets(packets);
    }

    /// <summary>Notes a frame that was put into the mailbox, which may have made its writer wait.</summary>
    public void Frame()
    {
        var now = time.GetTimestamp();
        Interlocked.Exchange(ref lastMessage, now);
        pictures?.Frame();
        if (!anyFrame)
        {
            Interlocked.Exchange(ref firstFrame, now);
            anyFrame = true;
        }
    }

    /// <summary>The verdict now. For one caller, which asks every <see cref="Interval"/>.</summary>
    public DecoderVerdict Judge()
    {
        var message = Interlocked.Read(ref lastMessage);
        var (silence, wait) = (time.GetElapsedTime(message), anyMessage && pictures is not null ? pictures.Share() : 0);
        // Without figures of the threads, nothing is excused. A process that is starting has its own limit.
        var starves = threads is null ? false : threads.Look(anyMessage && (silence > HangLimit / 2 || wait > 0.5));
        return vitals?.ResidentBytes > maxMemoryBytes ? DecoderVerdict.TooLarge
            : Hangs(message, silence, starves) ? DecoderVerdict.Hangs
            : wait > 1 && (wait > LongestStarving || starves == false) ? DecoderVerdict.Stalled
            : DecoderVerdict.Well;
    }

    /// <summary>
    /// Silence does not count while the process waits for a processor, or while its output waits to be read. A stopped or dead-locked process waits for no processor.
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

/// <summary>The verdict on a decoder process.</summary>
internal enum DecoderVerdict
{
    /// <summary>No fault.</summary>
    Well,

    /// <summary>It is silent without a reason.</summary>
    Hangs,

    /// <summary>It runs, but gives no picture.</summary>
    Stalled,

    /// <summary>It holds more memory than it may.</summary>
    TooLarge,
}

/// <summary>The system's figures of a child process; an interface because tests cannot starve a process at will.</summary>
internal interface IChildVitals
{
    /// <summary>How long, since its start, its main thread could have run and got no processor: a load of others, not its own fault.</summary>
    TimeSpan WaitedForProcessor { get; }

    /// <summary>Physical memory that it holds now, bytes, shared pages included.</summary>
    long ResidentBytes { get; }

    /// <summary>Marks how long each thread has waited for a processor.</summary>
    void MarkThreads();

    /// <summary>The longest wait of any thread since the mark.</summary>
    TimeSpan LongestThreadWait { get; }

    /// <summary>Whether its output waits to be read: then the reader is late.</summary>
    bool HasUnread { get; }

    /// <summary>Whether the kernel blocks its main thread for a disk or for swapped memory.</summary>
    bool IsHeldByKernel { get; }
}
