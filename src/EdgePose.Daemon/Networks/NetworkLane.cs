using EdgePose.Cameras.Frames;
using EdgePose.Daemon.Batching;
using EdgePose.Daemon.Telemetry;
using EdgePose.Daemon.Tracks;
using EdgePose.Decoding;
using EdgePose.Inference;
using EdgePose.Regions;
using EdgePose.Tracking;

namespace EdgePose.Daemon.Networks;

/// <summary>
/// One network at work, and all that has its shape: a batch for each input slot, the pre-processing and the decoder.
/// The pipeline has one lane at a time; the network itself belongs to who opened it.
/// </summary>
internal abstract class NetworkLane(PoseNetwork network) : IDisposable
{
    private readonly CancellationTokenSource leaving = new();

    /// <summary>One batch for each input slot.</summary>
    public Batch[] Slots { get; } = [.. Enumerable.Range(0, network.Slots).Select(_ => new Batch(network.Shape.MaxBatch))];

    /// <summary>Set when another lane waits.</summary>
    public CancellationToken Leaving => leaving.Token;

    /// <summary>The lane of a network: it looks at views where the network was opened for them, and at whole frames else.</summary>
    /// <param name="network">Opened and warm.</param>
    /// <param name="decoding">How its maps become poses.</param>
    /// <param name="regions">Where it looks.</param>
    /// <param name="tracking">How poses become tracks.</param>
    public static NetworkLane Of(PoseNetwork network, DecoderOptions decoding, RegionOptions regions, TrackerOptions tracking)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network.Views is null ? new WholeFrameLane(network, decoding) : new RegionLane(network, decoding, regions, tracking);
    }

    /// <summary>Another lane waits: this one takes no more batches, and finishes those that it has.</summary>
    public void Leave() => leaving.Cancel();

    /// <summary>Makes a frame of a slot's batch ready, on the preparing thread.</summary>
    public abstract void Prepare(int slot, int index, Frame frame);

    /// <summary>Runs the network on a slot's batch, on the pipeline's thread.</summary>
    /// <param name="slot">From 0.</param>
    /// <param name="tracks">Who is where in each camera's frames.</param>
    /// <param name="meter">Takes the time of each step.</param>
    /// <exception cref="NetworkException">The runtime failed.</exception>
    public abstract void Look(int slot, TrackBook tracks, PipelineMeter meter);

    /// <summary>The poses of one frame of the slot's last look, in the frame's pixels; valid until the next call. Null when its maps are not finite.</summary>
    public abstract PoseList? Group(int slot, int index);

    /// <summary>Gives back the frames of batches that nobody will process; each counts as faulty.</summary>
    public void GiveUp()
    {
        foreach (var batch in Slots)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                batch.Feed(i).Counts.CountFailed();
            }

            batch.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        GiveUp();
        leaving.Dispose();
    }
}
