namespace EdgePose.Decoding;

/// <summary>
/// Third step: limbs that share a peak become one person. Limbs are taken best first over the whole body, so that a doubtful limb never decides between two
/// people before a clear one has; two part skeletons are joined where a limb links them and they have no keypoint in common.
/// </summary>
internal sealed class PoseAssembler
{
    private const int None = -1;

    private readonly Skeleton skeleton;
    private readonly DecoderOptions options;
    private readonly int maxPeaks;

    /// <summary>The part skeleton that a peak belongs to, keypoint by keypoint.</summary>
    private readonly int[] owners;

    /// <summary>The peak of each keypoint of each part skeleton.</summary>
    private readonly int[] members;
    private readonly float[] scores;
    private readonly int[] counts;
    private readonly ulong[] order;
    private int partCount;

    public PoseAssembler(Skeleton skeleton, DecoderOptions options)
    {
        this.skeleton = skeleton;
        this.options = options;
        maxPeaks = options.MaxPeaksPerKeypoint;

        // A part begins with two peaks of its own, and merging frees none: there are never more parts than half of all peaks.
        var maxParts = (skeleton.KeypointCount * maxPeaks / 2) + 1;
        owners = new int[skeleton.KeypointCount * maxPeaks];
        members = new int[maxParts * skeleton.KeypointCount];
        scores = new float[maxParts];
        counts = new int[maxParts];
        order = new ulong[Math.Max(maxParts, skeleton.Limbs.Length * maxPeaks)];
    }

    /// <summary>Makes poses of limbs, best pose first.</summary>
    /// <param name="peaks">For each keypoint, as many places as peaks are kept.</param>
    /// <param name="connections">The limbs, in any order.</param>
    /// <param name="poses">Takes the poses; where it is full, the weaker ones are lost.</param>
    public void Assemble(ReadOnlySpan<Peak> peaks, ReadOnlySpan<Connection> connections, PoseList poses)
    {
        owners.AsSpan().Fill(None);
        partCount = 0;
        var best = order.AsSpan(0, connections.Length);
        for (var i = 0; i < best.Length; i++)
        {
            best[i] = SortKey(connections[i].Score, i);
        }

        best.Sort();
        foreach (var key in best)
        {
            Join(peaks, connections[(int)(uint)key]);
        }

        Emit(peaks, poses, skeleton.Limbs.Length);
    }

    /// <summary>Without PAFs nothing tells people apart: the strongest peak of each keypoint makes one person.</summary>
    public void TakeStrongest(ReadOnlySpan<Peak> peaks, ReadOnlySpan<int> peakCounts, PoseList poses)
    {
        partCount = 0;
        var part = Begin();
        for (var keypoint = 0; keypoint < peakCounts.Length; keypoint++)
        {
            if (peakCounts[keypoint] > 0)
            {
                Take(peaks, part, keypoint, keypoint * maxPeaks);
            }
        }

        Emit(peaks, poses, limbs: 0);
    }

    /// <summary>Sorts by falling score, then by rising index.</summary>
    private static ulong SortKey(float score, int index) => ((ulong)~BitConverter.SingleToUInt32Bits(score) << 32) | (uint)index;

    private void Join(ReadOnlySpan<Peak> peaks, Connection connection)
    {
        var limb = skeleton.Limbs[connection.Limb];
        var (from, to) = ((limb.From * maxPeaks) + connection.From, (limb.To * maxPeaks) + connection.To);
        var (first, second) = (owners[from], owners[to]);
        if (first == None && second == None)
        {
            first = Begin();
            Take(peaks, first, limb.From, from);
            Take(peaks, first, limb.To, to);
        }
        else if (second == None)
        {
            if (Has(first, limb.To))
            {
                return;
            }

            Take(peaks, first, limb.To, to);
        }
        else if (first == None)
        {
            if (Has(second, limb.From))
            {
                return;
            }

            first = second;
            Take(peaks, first, limb.From, from);
        }
        else if (first != second)
        {
            if (!TryMerge(first, second))
            {
                return;
            }
        }

        scores[first] += connection.Score;
    }

    private int Begin()
    {
        members.AsSpan(partCount * skeleton.KeypointCount, skeleton.KeypointCount).Fill(None);
        scores[partCount] = 0;
        counts[partCount] = 0;
        return partCount++;
    }

    private bool Has(int part, int keypoint) => members[(part * skeleton.KeypointCount) + keypoint] != None;

    private void Take(ReadOnlySpan<Peak> peaks, int part, int keypoint, int peak)
    {
        members[(part * skeleton.KeypointCount) + keypoint] = peak;
        owners[peak] = part;
        scores[part] += peaks[peak].Score;
        counts[part]++;
    }

    /// <summary>Moves the second part's peaks to the first; false, and nothing moves, when both have the same keypoint.</summary>
    private bool TryMerge(int first, int second)
    {
        var into = members.AsSpan(first * skeleton.KeypointCount, skeleton.KeypointCount);
        var outOf = members.AsSpan(second * skeleton.KeypointCount, skeleton.KeypointCount);
        for (var k = 0; k < into.Length; k++)
        {
            if (into[k] != None && outOf[k] != None)
            {
                return false;
            }
        }

        for (var k = 0; k < into.Length; k++)
        {
            if (outOf[k] != None)
            {
                into[k] = outOf[k];
                owners[into[k]] = first;
            }
        }

        scores[first] += scores[second];
        counts[first] += counts[second];
        counts[second] = 0;
        return true;
    }

    private void Emit(ReadOnlySpan<Peak> peaks, PoseList poses, int limbs)
    {
        var kept = 0;
        for (var part = 0; part < partCount; part++)
        {
            var score = ScoreOf(part, limbs);
            if (counts[part] >= options.MinKeypoints && score >= options.MinPoseScore)
            {
                order[kept++] = SortKey(score, part);
            }
        }

        var best = order.AsSpan(0, kept);
        best.Sort();
        foreach (var key in best)
        {
            var part = (int)(uint)key;
            if (!poses.TryAdd(ScoreOf(part, limbs), out var keypoints))
            {
                return;
            }

            for (var k = 0; k < keypoints.Length; k++)
            {
                var peak = members[(part * skeleton.KeypointCount) + k];
                if (peak != None)
                {
                    keypoints[k] = new(peaks[peak].XCells, peaks[peak].YCells, peaks[peak].Score);
                }
            }
        }
    }

    /// <summary>
    /// The geometric mean of two means: the confidence of the keypoints and limbs that were found, and of all that a whole person has (where absent ones count 0);
    /// as many limbs are taken to be found as the keypoints could have. A whole person ranks above a clear fragment, a clear half above a doubtful whole.
    /// </summary>
    private float ScoreOf(int part, int limbs)
    {
        var whole = scores[part] / (skeleton.KeypointCount + limbs);
        return Math.Min(whole / MathF.Sqrt((float)counts[part] / skeleton.KeypointCount), 1);
    }
}
