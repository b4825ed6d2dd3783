using EdgePose.Cameras.Frames;
using EdgePose.Daemon.Telemetry;
using EdgePose.Daemon.Tracks;
using EdgePose.Decoding;
using EdgePose.Inference;
using EdgePose.Regions;

namespace EdgePose.Daemon.Networks;

/// <summary>Looks at each frame as a whole, shrunk to the network's input.</summary>
internal sealed class WholeFrameLane(PoseNetwork network, DecoderOptions decoding) : NetworkLane(network)
{
    private readonly PoseNetwork network = network;
    private readonly PoseDecoder decoder = new(network.Manifest.Skeleton, decoding);
    private readonly PoseList poses = new(network.Manifest.Skeleton);
    private readonly Preprocessor preprocessor = new(network.Manifest.Input);
    private readonly Letterbox[,] letterboxes = new Letterbox[network.Slots, network.Shape.MaxBatch];

    /// <summary>Resizes and normalises a frame into its place of a slot's input.</summary>
    public override void Prepare(int slot, int index, Frame frame)
    {
        var letterbox = Letterbox.Fit(frame.WidthPx, frame.HeightPx, network.Shape.InputWidthPx, network.Shape.InputHeightPx);
        letterboxes[slot, index] = letterbox;
        preprocessor.Prepare(frame.Pixels, frame.WidthPx, frame.HeightPx, frame.StrideBytes, PixelFormat.Bgrx, network.Input(slot, index), letterbox);
    }

    public override void Look(int slot, TrackBook tracks, PipelineMeter meter)
    {
        var start = meter.Now();
        network.Run(slot, Slots[slot].Count);
        meter.Since(start, PipelineStep.Infer);
        meter.CountViews(ViewKind.Whole, Slots[slot].Count, (long)Slots[slot].Count * network.Shape.InputWidthPx * network.Shape.InputHeightPx);
    }

    public override PoseList? Group(int slot, int index)
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
}
