using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using EdgePose.Daemon.Batching;
using EdgePose.Daemon.Telemetry;
using EdgePose.Decoding;
using EdgePose.Inference;
using EdgePose.Tracking;

namespace EdgePose.Daemon.Tests;

/// <summary>
/// The whole pipeline on a network made on the spot, fed with pictures of one colour. The network gives NaN for black, and nothing that is a person for any other.
/// </summary>
internal sealed class PipelineRig : IFrameObserver, IDisposable
{
    private readonly NetworkFolder folder = new(new OnnxWriter().Input("image", -1, 3, -1, -1).Quotient("heat", 19).Output("paf", 38).ToArray());
    private readonly CancellationTokenSource stop = new();
    private readonly FrameSignal signal = new();
    private readonly FramePool pool = new(8);
    private readonly PoseNetwork network;
    private readonly Pipeline pipeline;
    private readonly Thread thread;

    /// <param name="maxFps">The camera's rate cap.</param>
    /// <param name="maxHiddenSeconds">How long a track outlives its last sighting.</param>
    /// <param name="observers">Makes the list of observers from the rig; null for the rig alone.</param>
    public PipelineRig(double maxFps = 0, double maxHiddenSeconds = 0, Func<PipelineRig, FrameObservers>? observers = null)
    {
        network = folder.Open(new NetworkShape(16, 24, 1));
        Tracker = new Tracker(Skeletons.Coco18, new TrackerOptions { MaxHiddenSeconds = maxHiddenSeconds });
        Feed = new CameraFeed(new CameraConfig { Id = "test", Address = "unused", MaxFps = maxFps }, new LatestFrame(signal, lossless: false, TimeProvider.System), TimeProvider.System);
        pipeline = new Pipeline(
            new Batcher([Feed], TimeSpan.Zero, signal, TimeProvider.System), network, new DecoderOptions { PeakThreshold = 2 }, _ => Tracker,
            observers?.Invoke(this) ?? new FrameObservers([this], TimeProvider.System, logger: null), Meter, TimeProvider.System);
        thread = new Thread(() => pipeline.Run(stop.Token));
    }

    public CameraFeed Feed { get; }

    public Tracker Tracker { get; }

    public string Name => "rig";

    public PoseNetwork Network => network;

    public PipelineMeter Meter { get; } = new(TimeProvider.System);

    public List<long> Published { get; } = [];

    public List<long> EndedTracks { get; } = [];

    /// <summary>What the sink does with a frame besides noting it.</summary>
    public Action OnPublish { get; set; } = () => { };

    public void Start() => thread.Start();

    public void Stop()
    {
        stop.Cancel();
        signal.Set();
        thread.Join();
    }

    /// <summary>Gives the camera one picture of one grey.</summary>
    public void Shoot(byte grey, int widthPx = 24, int heightPx = 16, double? atSeconds = null)
    {
        var frame = pool.Rent(widthPx * heightPx * 4);
        frame.SetSize(widthPx, heightPx, widthPx * 4);
        frame.Pixels.AsSpan(0, widthPx * heightPx * 4).Fill(grey);
        frame.CameraId = "test";
        frame.Sequence = Feed.CountReceived();
        frame.CapturedMonotonic = TimeSpan.FromSeconds(atSeconds ?? (frame.Sequence / 15.0));
        frame.ArrivedTimestamp = TimeProvider.System.GetTimestamp();
        Feed.Mailbox.Publish(frame);
    }

    /// <summary>Lets the tracker see one person in as many frames as confirm a track.</summary>
    public void SeePerson()
    {
        var poses = new PoseList(Skeletons.Coco18);
        poses.TryAdd(0.9f, out var keypoints);
        for (var k = 0; k < keypoints.Length; k++)
        {
            keypoints[k] = new Keypoint(5 + (k % 3), 2 + (k / 2), 0.9f);
        }

        for (var i = 0; i < 3; i++)
        {
            Tracker.Update(poses, TimeSpan.FromSeconds(i / 15.0));
        }

        Assert.Equal(1, Tracker.Visible.Length);
    }

    public bool Until(Func<bool> condition, double seconds = Patience.Seconds)
    {
        for (var start = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(start).TotalSeconds < seconds; Thread.Sleep(5))
        {
            if (condition())
            {
                return true;
            }
        }

        return false;
    }

    public void Observe(in FrameResult result)
    {
        if (result.Picture is not null)
        {
            OnPublish();
            lock (Published)
            {
                Published.Add(result.Moment.Sequence);
            }

            return;
        }

        lock (EndedTracks)
        {
            foreach (var track in result.Ended)
            {
                EndedTracks.Add(track.Id);
            }
        }
    }

    public void Dispose()
    {
        if (thread.IsAlive)
        {
            Stop();
        }

        pipeline.Dispose();
        network.Dispose();
        Feed.Mailbox.Dispose();
        signal.Dispose();
        stop.Dispose();
        folder.Dispose();
    }
}
