using EdgePose.Daemon.Batching;
using EdgePose.Daemon.Telemetry;
using EdgePose.Decoding;
using EdgePose.Inference;

namespace EdgePose.Daemon;

/// <summary>
/// The flow: frames -> batch -> network -> poses -> tracks -> sink. Two threads share the network's input slots: one prepares a batch, the
/// other runs the network and all that follows. With one slot (CPU: both would fight for the same cores) a batch is filled only when
/// the network is free, so it holds the newest frames; with two (GPU) the next batch is prepared while the network runs.
/// </summary>
public sealed class Pipeline(Batcher batcher, PoseNetwork network, DecoderOptions decoding, IPoseSink sink, PipelineMeter meter) : IDisposable
{
    private static readonly TimeSpan SilenceCheck = TimeSpan.FromSeconds(0.2);

    private readonly TrackEnds trackEnds = new(batcher.Feeds, sink);
    private readonly PoseDecoder decoder = new(network.Manifest.Skeleton, decoding);
    private readonly PoseList poses = new(network.Manifest.Skeleton);
    private readonly Preprocessor preprocessor = new(network.Manifest.Input);
    private readonly Batch[] slots = [.. Enumerable.Range(0, network.Slots).Select(_ => new Batch(network.Shape.MaxBatch))];
    private readonly Letterbox[,] letterboxes = new Letterbox[network.Slots, network.Shape.MaxBatch];
    private readonly SemaphoreSlim free = new(network.Slots);
    private readonly SemaphoreSlim prepared = new(0);

    /// <summary>Runs until <paramref name="stop"/> is set or every source has ended. Blocks the caller's thread, which runs the network.</summary>
    /// <exception cref="NetworkException">The network failed while running.</exception>
    public void Run(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Exception? fault = null;
        var preparing = new Thread(() => fault = Prepare(ending.Token)) { IsBackground = true, Name = "prepare" };
        preparing.Start();
        try
        {
            for (var turn = 0; ; turn = (turn + 1) % slots.Length)
            {
                while (!prepared.Wait(SilenceCheck, CancellationToken.None))
                {
                    trackEnds.OfSilentCameras();
                }

                if (slots[turn].Count == 0)
                {
                    break;
                }

                meter.Processing.Begin();
                Process(turn, slots[turn]);
                meter.Processing.End();
                slots[turn].Release();
                free.Release();
                trackEnds.OfSilentCameras();
            }

            trackEnds.All();
        }
        finally
        {
            ending.Cancel();
            free.Release();
            preparing.Join();
        }

        if (fault is not null)
        {
            throw new InvalidOperationException("The preparing thread failed; see the inner exception.", fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var slot in slots)
        {
            slot.Release();
        }

        free.Dispose();
        prepared.Dispose();
    }

    /// <summary>The preparing thread: fills free slots in turn; an empty batch tells the other thread that no more will come.</summary>
    private Exception? Prepare(CancellationToken stop)
    {
        var turn = 0;
        try
        {
            for (; ; turn = (turn + 1) % slots.Length)
            {
                free.Wait(CancellationToken.None);
                var batch = slots[turn];
                if (!batcher.TryTake(batch, stop))
                {
                    return null;
                }

                meter.Preparing.Begin();
                var start = meter.Now();
                for (var i = 0; i < batch.Count; i++)
                {
                    var frame = batch.Frame(i);
                    meter.Since(frame.ArrivedTimestamp, PipelineStep.Wait);
                    if (frame.DecodeCpu > TimeSpan.Zero)
                    {
                        meter.Add(PipelineStep.Decode, frame.DecodeCpu);
                    }

                    letterboxes[turn, i] = Letterbox.Fit(frame.WidthPx, frame.HeightPx, network.Shape.InputWidthPx, network.Shape.InputHeightPx);
                    preprocessor.Prepare(frame.Pixels, frame.WidthPx, frame.HeightPx, frame.StrideBytes, PixelFormat.Bgrx, network.Input(turn, i), letterboxes[turn, i]);
                }

                meter.Since(start, PipelineStep.Prepare);
                meter.Preparing.End();
                prepared.Release();
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            slots[turn].Release();
            return exception; // thrown again on the thread that runs the pipeline
        }
        finally
        {
            prepared.Release();
        }
    }

    /// <summary>One prepared batch, from the network to the sink.</summary>
    private void Process(int slot, Batch batch)
    {
        var mark = meter.Now();
        network.Run(slot, batch.Count);
        mark = meter.Since(mark, PipelineStep.Infer);
        for (var i = 0; i < batch.Count; i++)
        {
            var (feed, frame) = (batch.Feed(i), batch.Frame(i));
            var heatmaps = network.Heatmaps(slot, i);
            var pafs = network.Pafs(slot, i);
            if (!heatmaps.AreFinite || !pafs.AreFinite)
            {
                feed.CountFaulty(); // told of by the reporter, a line for many; what cannot be known is not published as "nobody"
                continue;
            }

            decoder.Decode(heatmaps, pafs, poses);
            letterboxes[slot, i].ToSource(poses, network.Manifest.StridePx);
            mark = meter.Since(mark, PipelineStep.Group);
            trackEnds.BeforeRestart(feed, frame);
            feed.Tracker.Update(poses, frame.CapturedMonotonic);
            feed.CountInferred(frame);
            mark = meter.Since(mark, PipelineStep.Track);
            sink.Publish(feed, frame);
            mark = meter.Since(mark, PipelineStep.Publish);
            meter.Since(frame.ArrivedTimestamp, PipelineStep.Total);
            meter.CountFrame(feed.Tracker.Visible.Length);
        }

        meter.CountBatch();
    }
}
