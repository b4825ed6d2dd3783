using System.Runtime.CompilerServices;
using EdgePose.Cameras.Frames;
using EdgePose.Daemon.Telemetry;
using EdgePose.Daemon.Tracks;
using EdgePose.Decoding;
using EdgePose.Inference;
using EdgePose.Regions;
using EdgePose.Tracking;

namespace EdgePose.Daemon.Networks;

/// <summary>
/// Looks where people are: plans the views of each frame, looks through all views of one shape together, over all cameras, and makes one list of people a frame of what they show.
/// </summary>
/// <remarks>
/// A plan needs the tracks after the frame before, so only the small grey picture is made ahead, on the preparing thread. A camera whose regions are off gets
/// the whole frame, resized as <see cref="WholeFrameLane"/> does it.
/// </remarks>
internal sealed class RegionLane : NetworkLane
{
    private readonly PoseNetwork network;
    private readonly RegionOptions options;
    private readonly TrackerOptions tracking;
    private readonly PoseDecoder decoder;
    private readonly PoseList found;
    private readonly PoseList[] people;
    private readonly bool[] isFaulty;
    private readonly CameraRegion?[] regions;
    private readonly byte[,][] greys;
    private readonly Preprocessor preprocessor;
    private readonly ViewSampler sampler;
    private readonly ViewQueue wholes;
    private readonly ViewQueue views;
    private readonly ConditionalWeakTable<CameraFeed, CameraRegion> cameras = []; // a camera that leaves takes its region with it

    /// <summary>Makes a lane.</summary>
    /// <param name="network">Opened with <see cref="PoseNetwork.Views"/>, and warm.</param>
    /// <param name="decoding">How its maps become poses.</param>
    /// <param name="options">Where it looks.</param>
    /// <param name="tracking">How poses become tracks.</param>
    public RegionLane(PoseNetwork network, DecoderOptions decoding, RegionOptions options, TrackerOptions tracking)
        : base(network)
    {
        (this.network, this.options, this.tracking) = (network, options, tracking);
        var (skeleton, frames) = (network.Manifest.Skeleton, network.Shape.MaxBatch);
        decoder = new(skeleton, decoding);
        found = new(skeleton);
        people = [.. Enumerable.Range(0, frames).Select(_ => new PoseList(skeleton))];
        isFaulty = new bool[frames];
        regions = new CameraRegion?[frames];
        greys = new byte[network.Slots, frames][];
        foreach (var (slot, index) in Enumerable.Range(0, network.Slots).SelectMany(slot => Enumerable.Range(0, frames).Select(index => (slot, index))))
        {
            greys[slot, index] = new byte[MotionMap.Columns * MotionMap.Rows];
        }

        preprocessor = new(network.Manifest.Input);
        sampler = new(network.Manifest.Input);
        wholes = new(network, frames);
        views = new(network.Views!, frames);
    }

    /// <summary>Makes the small grey picture of a frame.</summary>
    public override void Prepare(int slot, int index, Frame frame) =>
        GreyGrid.Fill(frame.Pixels, frame.WidthPx, frame.HeightPx, frame.StrideBytes, MotionMap.Columns, greys[slot, index]);

    public override void Look(int slot, TrackBook tracks, PipelineMeter meter)
    {
        var batch = Slots[slot];
        for (var i = 0; i < batch.Count; i++)
        {
            (regions[i], isFaulty[i]) = (null, false);
            people[i].Clear();
            if (!batch.Feed(i).Gone.IsCompleted)
            {
                regions[i] = Of(batch.Feed(i));
                Plan(i, batch.Feed(i), batch.Frame(i), greys[slot, i], tracks);
            }
        }

        LookThrough(wholes, slot, meter);
        LookThrough(views, slot, meter);
    }

    public override PoseList? Group(int slot, int index)
    {
        if (isFaulty[index])
        {
            return null;
        }

        if (regions[index] is { IsOn: true } region)
        {
            region.Merger.Finish(people[index]);
        }

        return people[index];
    }

    private CameraRegion Of(CameraFeed feed)
    {
        if (!cameras.TryGetValue(feed, out var region))
        {
            var (whole, person) = (network.Shape, network.Views!.Shape);
            region = new CameraRegion(
                network.Manifest.Skeleton, feed.Config.RegionsWith(options), tracking, (whole.InputWidthPx, whole.InputHeightPx), (person.InputWidthPx, person.InputHeightPx));
            cameras.Add(feed, region);
        }

        return region;
    }

    private void Plan(int index, CameraFeed feed, Frame frame, ReadOnlySpan<byte> grey, TrackBook tracks)
    {
        var region = regions[index]!;
        if (!region.IsOn)
        {
            wholes.Add(index, View.Whole(frame.WidthPx, frame.HeightPx, network.Shape.InputWidthPx, network.Shape.InputHeightPx));
            feed.Cost = 1;
            return;
        }

        region.Plan(frame, grey, tracks.Begin(feed, frame).Tracker);
        foreach (ref readonly var view in region.Views.Views)
        {
            (view.WidthPx == network.Shape.InputWidthPx && view.HeightPx == network.Shape.InputHeightPx ? wholes : views).Add(index, view);
        }

        feed.Cost = (double)region.Views.Pixels / (network.Shape.InputWidthPx * network.Shape.InputHeightPx);
    }

    /// <summary>Looks through every view of a queue, as many at once as its network takes.</summary>
    private void LookThrough(ViewQueue queue, int slot, PipelineMeter meter)
    {
        var batch = Slots[slot];
        while (queue.Take() is > 0 and var count)
        {
            var mark = meter.Now();
            for (var i = 0; i < count; i++)
            {
                var (index, view) = queue.At(i);
                Fill(batch.Frame(index), regions[index]!.IsOn, view, queue.Network.Input(0, i));
                meter.CountViews(view.Kind, 1, view.Pixels);
            }

            mark = meter.Since(mark, PipelineStep.Prepare);
            queue.Network.Run(0, count);
            mark = meter.Since(mark, PipelineStep.Infer);
            for (var i = 0; i < count; i++)
            {
                Decode(queue, i, batch.Frame(queue.At(i).Index));
            }

            meter.Since(mark, PipelineStep.Group);
        }
    }

    private void Fill(Frame frame, bool isOn, in View view, Span<float> input)
    {
        if (isOn)
        {
            sampler.Sample(frame.Pixels, frame.WidthPx, frame.HeightPx, frame.StrideBytes, view, input);
            return;
        }

        var letterbox = Letterbox.Fit(frame.WidthPx, frame.HeightPx, view.WidthPx, view.HeightPx);
        preprocessor.Prepare(frame.Pixels, frame.WidthPx, frame.HeightPx, frame.StrideBytes, PixelFormat.Bgrx, input, letterbox);
    }

    private void Decode(ViewQueue queue, int place, Frame frame)
    {
        var (index, view) = queue.At(place);
        var heatmaps = queue.Network.Heatmaps(0, place);
        var pafs = queue.Network.Pafs(0, place);
        if (!heatmaps.AreFinite || !pafs.AreFinite)
        {
            isFaulty[index] = true;
        }
        else if (regions[index] is { IsOn: true } region)
        {
            decoder.Decode(heatmaps, pafs, found);
            view.ToSource(found, network.Manifest.StridePx);
            region.Merger.Add(view, found);
        }
        else
        {
            decoder.Decode(heatmaps, pafs, people[index]);
            Letterbox.Fit(frame.WidthPx, frame.HeightPx, view.WidthPx, view.HeightPx).ToSource(people[index], network.Manifest.StridePx);
        }
    }
}
