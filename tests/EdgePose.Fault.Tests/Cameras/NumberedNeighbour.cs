using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Sources;
using EdgePose.Daemon;

namespace EdgePose.Fault.Tests.Cameras;

/// <summary>
/// A live camera beside the one that is tormented, ten frames a second without loss: its pipeline drops none, its mailbox makes the writer wait, and all are taken. A frame that is lost in
/// GStreamer or in its decoder leaves a gap in the media time; one that is lost after that, in the numbers.
/// </summary>
internal sealed class NumberedNeighbour : IDisposable
{
    private const double FrameSeconds = 0.1;

    private readonly CameraRig rig;
    private readonly List<(long Number, TimeSpan MediaTime)> frames = [];
    private readonly CancellationTokenSource stop = new();
    private readonly Thread reader;

    /// <param name="losing">An element that loses frames, to try the instrument itself.</param>
    public NumberedNeighbour(string losing = "identity")
    {
        var pipeline = $"videotestsrc is-live=true pattern=ball ! video/x-raw,format=BGRx,width=64,height=64,framerate=10/1 ! {losing} ! appsink name=frames";
        rig = new CameraRig(new CameraConfig { Id = "neighbour", Address = "unused", Pipeline = pipeline, Pace = SourcePace.AsFastAsPossible });
        reader = new Thread(Take) { IsBackground = true };
        reader.Start();
        rig.SecondsUntil(() => Count > 0, 30, "the neighbour runs");
    }

    /// <summary>Frames so far.</summary>
    public int Count
    {
        get
        {
            lock (frames)
            {
                return frames.Count;
            }
        }
    }

    /// <summary>Fails unless it has every frame from the first one to that of this moment, all of one life of its decoder.</summary>
    /// <param name="from">How many there were when it began.</param>
    /// <param name="seconds">How long ago that was.</param>
    public void AssertLostNothing(int from, double seconds)
    {
        rig.SecondsUntil(() => Count >= from + (seconds / FrameSeconds) - 1, 5, "as many frames of the neighbour as its rate gives");
        lock (frames)
        {
            Assert.All(frames.Zip(frames.Skip(1)), pair =>
            {
                Assert.Equal(pair.First.Number + 1, pair.Second.Number);
                Assert.Equal(FrameSeconds, (pair.Second.MediaTime - pair.First.MediaTime).TotalSeconds, 0.001);
            });
        }

        Assert.Equal(0, rig.Supervisor.Status.Restarts);
    }

    public void Dispose()
    {
        stop.Cancel();
        reader.Join();
        rig.Dispose();
        stop.Dispose();
    }

    private void Take()
    {
        while (!stop.IsCancellationRequested)
        {
            rig.Signal.Wait(TimeSpan.FromMilliseconds(20));
            if (rig.Feed.Mailbox.TryTake() is { } frame)
            {
                lock (frames)
                {
                    frames.Add((frame.Sequence, frame.CapturedMonotonic));
                }

                frame.Release();
            }
        }
    }
}
