using System.Diagnostics.Metrics;
using EdgePose.Cameras.Frames;
using EdgePose.Regions;

namespace EdgePose.Daemon.Telemetry;

/// <summary>How long each step of the pipeline takes, and how many frames and batches went through. Adding allocates nothing.</summary>
/// <param name="time">The clock.</param>
/// <param name="meter">The one meter of all rooms; see <see cref="FrameInstruments"/>. Null makes one that nobody reads.</param>
public sealed class PipelineMeter(TimeProvider time, Meter? meter = null)
{
    /// <summary>The name of the one meter of all rooms.</summary>
    public const string MeterName = "EdgePose";

    private readonly FrameInstruments instruments = new(meter ??= new Meter(MeterName));

    private readonly LatencyHistogram[] steps = [.. Enum.GetValues<PipelineStep>().Select(_ => new LatencyHistogram())];
    private long frames;
    private long batches;
    private long people;
    private long oldestTicks;
    private readonly long[] views = new long[Enum.GetValues<ViewKind>().Length];
    private long pixels;

    /// <summary>The one meter of all rooms: an exporter reads it by its name.</summary>
    public Meter Instruments { get; } = meter!;

    /// <summary>Frames that went through the network.</summary>
    public long Frames => Interlocked.Read(ref frames);

    /// <summary>Batches that went through the network.</summary>
    public long Batches => Interlocked.Read(ref batches);

    /// <summary>People that were visible, summed over the frames.</summary>
    public long People => Interlocked.Read(ref people);

    /// <summary>Network pixels that were looked at.</summary>
    public long Pixels => Interlocked.Read(ref pixels);

    /// <summary>Views that went through the network, by their kind. A frame that is looked at as a whole is one.</summary>
    public long Views(ViewKind kind) => Interlocked.Read(ref views[(int)kind]);

    /// <summary>The thread that prepares batches.</summary>
    public WorkPulse Preparing { get; } = new(time);

    /// <summary>The thread that runs the network and all that follows.</summary>
    public WorkPulse Processing { get; } = new(time);

    /// <summary>How long the pipeline has been at the piece of work that takes longest now; zero while both threads wait.</summary>
    public TimeSpan LongestStep => Preparing.Busy > Processing.Busy ? Preparing.Busy : Processing.Busy;

    /// <summary>The histogram of one step.</summary>
    public LatencyHistogram this[PipelineStep step] => steps[(int)step];

    /// <summary>The clock's reading, to be given to <see cref="Since"/>.</summary>
    public long Now() => time.GetTimestamp();

    /// <summary>Adds the time since <paramref name="start"/> to <paramref name="step"/>.</summary>
    /// <returns>The clock's reading now, the start of the next step.</returns>
    public long Since(long start, PipelineStep step)
    {
        var now = time.GetTimestamp();
        Add(step, time.GetElapsedTime(start, now));
        return now;
    }

    /// <summary>Adds a time that was measured elsewhere.</summary>
    public void Add(PipelineStep step, TimeSpan duration)
    {
        this[step].Add(duration);
        instruments.Took(step, duration);
    }

    /// <summary>Adds what a frame tells that was taken into a batch: its wait since its arrival, and what decoding it cost.</summary>
    public void Took(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        Since(frame.ArrivedTimestamp, PipelineStep.Wait);
        if (frame.DecodeCpu > TimeSpan.Zero)
        {
            Add(PipelineStep.Decode, frame.DecodeCpu);
        }
    }

    /// <summary>All that was measured so far; two of them give what was measured between.</summary>
    public MeterSnapshot Snapshot() => new(Now(), Frames, Batches, People, [.. steps.Select(step => step.Snapshot())], time) { Pixels = Pixels, Views = [.. Enum.GetValues<ViewKind>().Select(Views)] };

    /// <summary>Counts views of one kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="count">How many.</param>
    /// <param name="networkPixels">Network pixels of all of them.</param>
    public void CountViews(ViewKind kind, int count, long networkPixels)
    {
        Interlocked.Add(ref views[(int)kind], count);
        Interlocked.Add(ref pixels, networkPixels);
    }

    /// <summary>Counts a batch that is done.</summary>
    public void CountBatch() => Interlocked.Increment(ref batches);

    /// <summary>The oldest frame that was done since the last call, from its arrival; zero when none was. One thread asks.</summary>
    public TimeSpan TakeOldestFrame() => TimeSpan.FromTicks(Interlocked.Exchange(ref oldestTicks, 0));

    /// <summary>Counts a frame that is done, how long that took since its arrival, and the people in it.</summary>
    public void Did(Frame frame, int visiblePeople)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var age = time.GetElapsedTime(frame.ArrivedTimestamp);
        Add(PipelineStep.Total, age);
        if (age.Ticks > Interlocked.Read(ref oldestTicks))
        {
            Interlocked.Exchange(ref oldestTicks, age.Ticks);
        }

        instruments.Did(frame.CameraId, age, visiblePeople);
        Interlocked.Increment(ref frames);
        Interlocked.Add(ref people, visiblePeople);
    }
}
