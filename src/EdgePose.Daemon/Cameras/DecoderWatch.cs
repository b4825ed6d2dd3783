namespace EdgePose.Daemon.Cameras;

/// <summary>Tells when a decoder child hangs or its camera has stalled, from when its messages and frames came. One life of a child each; any thread may ask.</summary>
internal sealed class DecoderWatch(TimeProvider time)
{
    /// <summary>How often the child is looked after.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.2);

    /// <summary>The child sends a heartbeat every 0.2 s: silent for so long, it hangs. With the pause and a new start, the camera is back within 3 s.</summary>
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(1.2);

    /// <summary>Until its first message a child may take longer: on a fresh device GStreamer first looks through all of its plugins.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);

    /// <summary>Connected, but no picture for so long: the camera has stalled.</summary>
    private static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(5);

    /// <summary>The first picture may take longer: connecting, and waiting for a key frame.</summary>
    private static readonly TimeSpan FirstFrameLimit = TimeSpan.FromSeconds(10);

    /// <summary>Only a run that lasted so long ends the back-off: a camera that fails after its first frame, over and over, must not be asked every second.</summary>
    private static readonly TimeSpan StableLimit = TimeSpan.FromSeconds(10);

    private long lastMessage = time.GetTimestamp();
    private long lastFrame = time.GetTimestamp();
    private long firstFrame;
    private volatile bool anyMessage;
    private volatile bool anyFrame;

    /// <summary>Whether a frame has come.</summary>
    public bool AnyFrame => anyFrame;

    /// <summary>Whether it has run for so long that it counts as a success.</summary>
    public bool WasStable => anyFrame && time.GetElapsedTime(Interlocked.Read(ref firstFrame)) > StableLimit;

    /// <summary>What is wrong now.</summary>
    public CameraFault Verdict =>
        time.GetElapsedTime(Interlocked.Read(ref lastMessage)) > (anyMessage ? HangLimit : StartLimit) ? CameraFault.DecoderFailed
        : anyMessage && time.GetElapsedTime(Interlocked.Read(ref lastFrame)) > (anyFrame ? StallLimit : FirstFrameLimit) ? CameraFault.Stalled
        : CameraFault.None;

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
}
