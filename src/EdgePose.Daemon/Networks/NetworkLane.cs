using EdgePose.Cameras.Frames;
using EdgePose.Daemon.Batching;
using EdgePose.Decoding;
using EdgePose.Inference;

namespace EdgePose.Daemon.Networks;

/// <summary>
/// One network at work, and all that has its shape: a batch for each input slot, the letterboxes of the frames in it, the pre-processing and the decoder.
/// The pipeline has one lane at a time; the network itself belongs to who opened it.
/// </summary>
internal sealed class NetworkLane(PoseNetwork network, DecoderOptions decoding) : IDisposable
{
    private readonly PoseDecoder decoder = new(network.Manifest.Skeleton, decoding);
    private readonly PoseList poses = new(network.Manifest.Skeleton);
    private readonly Preprocessor preprocessor = new(network.Manifest.Input);
    private readonly Letterbox[,] letterboxes = new Letterbox[network.Slots, network.Shape.MaxBatch];
    private readonly CancellationTokenSource leaving = new();

    /// <summary>One batch for each input slot.</summary>
    public Batch[] Slots { get; } = [.. Enumerable.Range(0, network.Slots).Select(_ => new Batch(network.Shape.MaxBatch))];

    /// <summary>Set when another lane waits.</summary>
    public CancellationToken Leaving => leaving.Token;

    /// <summary>Another lane waits: this one takes no more batches, and finishes those that it has.</summary>
    public void Leave() => leaving.Cancel();

    /// <summary>Resizes and normalises a frame into its place of a slot's input.</summary>
    public void Prepare(int slot, int index, Frame frame)
    {
        var letterbox = Letterbox.Fit(frame.WidthPx, frame.HeightPx, network.Shape.InputWidthPx, network.Shape.InputHeightPx);
        letterboxes[slot, index] = letterbox;
        preprocessor.Prepare(frame.Pixels, frame.WidthPx, frame.HeightPx, frame.StrideBytes, PixelFormat.Bgrx, network.Input(slot, index), letterbox);
    }

    /// <summary>Runs the network on a slot's batch.</summary>
    /// <exception cref="NetworkException">The runtime failed.</exception>
    public void Infer(int slot) => network.Run(slot, Slots[slot].Count);

    /// <summary>The poses of one frame of the slot's last run, in the frame's pixels; valid until the next call. Null when its maps are not finite.</summary>
    public PoseList? Group(int slot, int index)
    {
        var heatmaps = network.Heatmaps(slot, index);
        var pafs = network.Pafs(slot, index);
        if (!heatmaps.AreFinite || !pafs.AreFinite)
        {
            return null;
        }

        decoder.Decode(heatmaps, pafs, poses);
        letterboxes[slot, index].ToSource(poses, network.Manifest.StridePx);
        return poses;
    }

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
