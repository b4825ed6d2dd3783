namespace EdgePose.Decoding;

/// <summary>
/// Heatmaps and PAFs in, poses out, at the network's own resolution: peaks are placed between cells and PAFs are read between cells, so that no map is ever
/// enlarged. Three steps: <see cref="PeakFinder"/>, <see cref="LimbMatcher"/>, <see cref="PoseAssembler"/>. See docs/decoding.md.
/// </summary>
/// <remarks>
/// Deterministic, and bounded in time and memory whatever the maps hold. After the first call with the largest maps it allocates nothing. For one thread at a time.
/// </remarks>
public sealed class PoseDecoder
{
    private readonly DecoderOptions options;
    private readonly PeakFinder peakFinder;
    private readonly LimbMatcher limbMatcher;
    private readonly PoseAssembler assembler;
    private readonly Peak[] peaks;
    private readonly int[] peakCounts;
    private readonly Connection[] connections;
    private readonly int pafChannels;

    /// <summary>Makes a decoder.</summary>
    /// <param name="skeleton">What the network's channels mean.</param>
    /// <param name="options">Thresholds and bounds.</param>
    public PoseDecoder(Skeleton skeleton, DecoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(skeleton);
        ArgumentNullException.ThrowIfNull(options);
        Skeleton = skeleton;
        this.options = options;
        peakFinder = new(options);
        limbMatcher = new(options);
        assembler = new(skeleton, options);
        peaks = new Peak[skeleton.KeypointCount * options.MaxPeaksPerKeypoint];
        peakCounts = new int[skeleton.KeypointCount];
        connections = new Connection[skeleton.Limbs.Length * options.MaxPeaksPerKeypoint];
        pafChannels = skeleton.Limbs.Select(limb => Math.Max(limb.PafX, limb.PafY) + 1).DefaultIfEmpty(0).Max();
    }

    /// <summary>What the decoded keypoints mean.</summary>
    public Skeleton Skeleton { get; }

    /// <summary>What the last picture cost: peaks kept, pairs of peaks looked at, and pairs whose PAF was sampled. A test of cost counts these, on any machine.</summary>
    internal (int Peaks, int Pairs, int Sampled) Work { get; private set; }

    /// <summary>Finds the people of one picture.</summary>
    /// <param name="heatmaps">One channel a keypoint; a background channel behind them is not looked at.</param>
    /// <param name="pafs">Two channels a limb; 0 channels for a network without PAFs, whose pictures have one person each at most.</param>
    /// <param name="poses">Cleared, then filled, best pose first; positions in cells: network pixel = (cell + 0.5) * stride - 0.5.</param>
    /// <exception cref="ArgumentException">The maps or the list do not fit the skeleton, or the maps differ in size.</exception>
    public void Decode(Heatmaps heatmaps, Pafs pafs, PoseList poses)
    {
        ArgumentNullException.ThrowIfNull(poses);
        Check(heatmaps, pafs, poses);
        poses.Clear();
        var (maxPeaks, kept) = (options.MaxPeaksPerKeypoint, 0);
        for (var keypoint = 0; keypoint < Skeleton.KeypointCount; keypoint++)
        {
            kept += peakCounts[keypoint] = peakFinder.Find(
                heatmaps.Channel(keypoint), heatmaps.HeightCells, heatmaps.WidthCells, peaks.AsSpan(keypoint * maxPeaks, maxPeaks));
        }

        Work = (kept, 0, 0);
        if (pafs.Channels == 0)
        {
            assembler.TakeStrongest(peaks, peakCounts, poses);
            return;
        }

        var (found, pairs, sampled) = (0, 0, 0);
        for (var i = 0; i < Skeleton.Limbs.Length; i++)
        {
            var limb = Skeleton.Limbs[i];
            var from = peaks.AsSpan(limb.From * maxPeaks, peakCounts[limb.From]);
            var to = peaks.AsSpan(limb.To * maxPeaks, peakCounts[limb.To]);
            found += limbMatcher.Match(i, from, to, new(pafs, limb), connections.AsSpan(found));
            pairs += from.Length * to.Length;
            sampled += limbMatcher.Sampled;
        }

        Work = (kept, pairs, sampled);

        assembler.Assemble(peaks, connections.AsSpan(0, found), poses);
    }

    private void Check(Heatmaps heatmaps, Pafs pafs, PoseList poses)
    {
        var keypoints = Skeleton.KeypointCount;
        if (heatmaps.Channels != keypoints && heatmaps.Channels != keypoints + 1)
        {
            throw new ArgumentException(
                $"Skeleton {Skeleton.Id} needs {keypoints} heatmaps, or {keypoints + 1} with background, but there are {heatmaps.Channels}.", nameof(heatmaps));
        }

        if (pafs.Channels != 0 && pafs.Channels != pafChannels)
        {
            throw new ArgumentException($"Skeleton {Skeleton.Id} needs {pafChannels} PAF channels, or 0 without PAFs, but there are {pafs.Channels}.", nameof(pafs));
        }

        if (pafs.Channels != 0 && (pafs.HeightCells != heatmaps.HeightCells || pafs.WidthCells != heatmaps.WidthCells))
        {
            throw new ArgumentException(
                $"The PAFs have {pafs.HeightCells} x {pafs.WidthCells} cells, but the heatmaps {heatmaps.HeightCells} x {heatmaps.WidthCells}.", nameof(pafs));
        }

        if (poses.Skeleton != Skeleton)
        {
            throw new ArgumentException($"The list holds poses of skeleton {poses.Skeleton.Id}, but the decoder makes those of {Skeleton.Id}.", nameof(poses));
        }
    }
}
