using EdgePose.Daemon.Batching;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Telemetry;
using EdgePose.Daemon.Tracks;
using EdgePose.Decoding;
using EdgePose.Inference;
using EdgePose.Regions;
using EdgePose.Tracking;

namespace EdgePose.Daemon;

/// <summary>
/// The flow: frames -> batch -> network -> poses -> tracks -> observers. Two threads share the network's input slots: one prepares a batch, the
/// other runs the network and all that follows. With one slot (CPU: both would fight for the same cores) a batch is filled only when
/// the network is free, so it holds the newest frames; with two (GPU) the next batch is prepared while the network runs.
/// Cameras come and go between two batches (<see cref="Batcher.Cameras"/>), and so does the network (<see cref="ExchangeAsync"/>).
/// </summary>
public sealed class Pipeline : IDisposable
{
    private static readonly TimeSpan SilenceCheck = TimeSpan.FromSeconds(0.2);

    private readonly Batcher batcher;
    private readonly FrameObservers observers;
    private readonly PipelineMeter meter;
    private readonly TrackBook tracks;
    private readonly LaneSwitch turn;
    private readonly TrackerOptions tracking;

    /// <summary>Puts the flow together; <see cref="Run"/> runs it.</summary>
    /// <param name="batcher">Gathers frames.</param>
    /// <param name="network">Opened and warm; the caller's to dispose.</param>
    /// <param name="decoding">How its maps become poses.</param>
    /// <param name="newTracker">Makes the tracker of a camera, by its id, when its first frame comes.</param>
    /// <param name="observers">Get each frame's result.</param>
    /// <param name="meter">Takes each step's time.</param>
    /// <param name="time">The clock.</param>
    /// <param name="regions">Where the network looks, if it was opened for views; null for the defaults.</param>
    /// <param name="tracking">The trackers' options; null for the defaults.</param>
    public Pipeline(
        Batcher batcher, PoseNetwork network, DecoderOptions decoding, Func<string, Tracker> newTracker, FrameObservers observers, PipelineMeter meter, TimeProvider time,
        RegionOptions? regions = null, TrackerOptions? tracking = null)
    {
        ArgumentNullException.ThrowIfNull(batcher);
        (this.batcher, this.observers, this.meter) = (batcher, observers, meter);
        (Regions, this.tracking) = (regions ?? new(), tracking ?? new());
        tracks = new TrackBook(batcher.Cameras, newTracker, Ended, time);
        turn = new LaneSwitch(NetworkLane.Of(network, decoding, Regions, this.tracking));
    }

    /// <summary>Where a network looks that was opened for views; what is set holds from the next <see cref="ExchangeAsync"/> on.</summary>
    public RegionOptions Regions { get; set; }

    /// <summary>Lets another network take over between two batches: the one before finishes what it has, and every frame after that goes through the other.</summary>
    /// <param name="next">Opened and warm, of the same skeleton; any input size, batch and number of slots. The same network again takes only the other <paramref name="options"/>.</param>
    /// <param name="options">How its maps become poses.</param>
    /// <returns>Ends when it has taken over: the network before is then free to be disposed. Waits for as long as nobody runs the pipeline.</returns>
    public Task ExchangeAsync(PoseNetwork next, DecoderOptions options)
    {
        var taken = turn.Offer(NetworkLane.Of(next, options, Regions, tracking));
        batcher.Wake();
        return taken;
    }

    /// <summary>Runs until <paramref name="stop"/> is set or every source has ended. Blocks the caller's thread, which runs the network. After a fault it may be run again.</summary>
    /// <exception cref="NetworkRunException">The network failed while running; the frames of its batch count as faulty.</exception>
    public void Run(CancellationToken stop)
    {
        NetworkLane lane;
        do
        {
            lane = turn.Take();
            RunLane(lane, stop);
        }
        while (lane.Leaving.IsCancellationRequested && !stop.IsCancellationRequested);
        EndTracks();
    }

    /// <summary>Ends every track. Done at the end of <see cref="Run"/>; for who gives up after a fault, on the thread that ran it.</summary>
    public void EndTracks()
    {
        batcher.Adopt(); // the preparing thread is gone
        tracks.EndAll();
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    /// <summary>Runs one lane until it must leave, the sources have ended, or <paramref name="stop"/>.</summary>
    private void RunLane(NetworkLane lane, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, lane.Leaving);
        using var free = new SemaphoreSlim(lane.Slots.Length);
        using var prepared = new SemaphoreSlim(0);
        Exception? fault = null;
        var preparing = new Thread(() => fault = Prepare(lane, free, prepared, ending.Token)) { IsBackground = true, Name = "prepare" };
        preparing.Start();
        try
        {
            for (var slot = 0; ; slot = (slot + 1) % lane.Slots.Length)
            {
                while (!prepared.Wait(SilenceCheck, CancellationToken.None))
                {
                    tracks.EndLeaving();
                    tracks.EndSilent();
                }

                var batch = lane.Slots[slot];
                if (batch.Count == 0)
                {
                    break;
                }

                tracks.EndLeaving();
                meter.Processing.Begin();
                Process(lane, slot, batch);
                meter.Processing.End();
                batch.Release();
                free.Release();
                tracks.EndSilent();
            }
        }
        finally
        {
            meter.Processing.End();
            ending.Cancel();
            batcher.Wake();
            free.Release();
            preparing.Join();
            lane.GiveUp(); // nothing, unless it failed
        }

        if (fault is not null)
        {
            throw new InvalidOperationException("The preparing thread failed; see the inner exception.", fault);
        }
    }

    /// <summary>The preparing thread: fills free slots in turn; an empty batch tells the other thread that no more will come.</summary>
    private Exception? Prepare(NetworkLane lane, SemaphoreSlim free, SemaphoreSlim prepared, CancellationToken stop)
    {
        var slot = 0;
        try
        {
            for (; ; slot = (slot + 1) % lane.Slots.Length)
            {
                free.Wait(CancellationToken.None);
                var batch = lane.Slots[slot];
                if (!batcher.TryTake(batch, stop))
                {
                    return null;
                }

                meter.Preparing.Begin();
                var start = meter.Now();
                for (var i = 0; i < batch.Count; i++)
                {
                    meter.Took(batch.Frame(i));
                    lane.Prepare(slot, i, batch.Frame(i));
                }

                meter.Since(start, PipelineStep.Prepare);
                meter.Preparing.End();
                prepared.Release();
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            lane.Slots[slot].Release();
            return exception; // thrown again on the thread that runs the pipeline
        }
        finally
        {
            meter.Preparing.End();
            prepared.Release();
        }
    }

    /// <summary>One prepared batch, from the network to the observers.</summary>
    private void Process(NetworkLane lane, int slot, Batch batch)
    {
        lane.Look(slot, tracks, meter);
        var mark = meter.Now();
        for (var i = 0; i < batch.Count; i++)
        {
            var (feed, frame) = (batch.Feed(i), batch.Frame(i));
            if (feed.Gone.IsCompleted)
            {
                continue; // the camera was taken out: its tracks have ended
            }

            if (lane.Group(slot, i) is not { } poses)
            {
                feed.Counts.CountFaulty(); // the reporter logs one line for many; what cannot be known is not published as "nobody"
                continue;
            }

            mark = meter.Since(mark, PipelineStep.Group);
            var seen = tracks.See(feed, frame, poses);
            feed.Counts.CountInferred();
            mark = meter.Since(mark, PipelineStep.Track);
            var tracker = seen.Tracker;
            observers.Observe(new FrameResult { Moment = seen.Latest, Picture = frame, Visible = tracker.Visible, Started = tracker.Started, Ended = tracker.Ended });
            mark = meter.Since(mark, PipelineStep.Observe);
            meter.Did(frame, tracker.Visible.Length);
        }

        meter.CountBatch();
    }

    /// <summary>A camera's tracks ended without a frame.</summary>
    private void Ended(CameraTracks camera) => observers.Observe(new FrameResult { Moment = camera.Latest, Ended = camera.Tracker.Ended });
}
