using System.Numerics;
using System.Runtime.Intrinsics;

namespace EdgePose.Decoding;

/// <summary>
/// Second step: which peaks belong to one limb. Each pair is scored by its PAF's component along the line between them (Cao et al. 2017, equation 11), read
/// between cells; the pairs are then taken best first, each peak at most once.
/// </summary>
internal sealed class LimbMatcher
{
    private readonly float pafThreshold;
    private readonly float minSupport;
    private readonly ulong[] pairs;
    private readonly float[] toXs;
    private readonly float[] toYs;
    private readonly bool[] isFromTaken;
    private readonly bool[] isToTaken;

    public LimbMatcher(DecoderOptions options)
    {
        pafThreshold = options.PafThreshold;
        minSupport = options.MinPafSupport;
        pairs = new ulong[options.MaxPeaksPerKeypoint * options.MaxPeaksPerKeypoint];
        toXs = new float[options.MaxPeaksPerKeypoint + Vector256<float>.Count];
        toYs = new float[options.MaxPeaksPerKeypoint + Vector256<float>.Count];
        isFromTaken = new bool[options.MaxPeaksPerKeypoint];
        isToTaken = new bool[options.MaxPeaksPerKeypoint];
    }

    /// <summary>Pairs whose field was sampled along the whole way, in the last call.</summary>
    public int Sampled { get; private set; }

    /// <summary>Joins the peaks of a limb's two keypoints.</summary>
    /// <param name="limb">Index of the limb, for the connections.</param>
    /// <param name="from">Peaks of the keypoint that the field starts at.</param>
    /// <param name="to">Peaks of the keypoint that it points to.</param>
    /// <param name="field">The limb's PAF.</param>
    /// <param name="connections">Takes the limbs; at least as long as the shorter list of peaks.</param>
    /// <returns>How many there are; best first.</returns>
    public int Match(int limb, ReadOnlySpan<Peak> from, ReadOnlySpan<Peak> to, PafField field, Span<Connection> connections)
    {
        for (var j = 0; j < to.Length; j++)
        {
            (toXs[j], toYs[j]) = (to[j].XCells, to[j].YCells);
        }

        // What lies behind the last peak in its vector is an older peak's place, inside an older map but maybe not inside this one.
        toXs.AsSpan(to.Length, Vector256<float>.Count).Clear();
        toYs.AsSpan(to.Length, Vector256<float>.Count).Clear();
        Sampled = 0;
        var count = Pairs(from, to, field);

        // Best first; equal ones in the order of their peaks, so that the same maps give the same poses.
        var sorted = pairs.AsSpan(0, count);
        sorted.Sort();
        isFromTaken.AsSpan(0, from.Length).Clear();
        isToTaken.AsSpan(0, to.Length).Clear();
        var taken = 0;
        foreach (var pair in sorted)
        {
            var (i, j) = ((int)(pair >> 16) & 0xFFFF, (int)pair & 0xFFFF);
            if (isFromTaken[i] || isToTaken[j])
            {
                continue;
            }

            isFromTaken[i] = isToTaken[j] = true;
            connections[taken++] = new(limb, i, j, BitConverter.UInt32BitsToSingle(~(uint)(pair >> 32)));
        }

        return taken;
    }

    /// <summary>Scores all pairs that the field joins; returns how many there are.</summary>
    private unsafe int Pairs(ReadOnlySpan<Peak> from, ReadOnlySpan<Peak> to, PafField field)
    {
        var count = 0;
        fixed (float* pinned = field)
        {
            for (var i = 0; i < from.Length; i++)
            {
                for (var j = 0; j < to.Length; j += Vector256<float>.Count)
                {
                    var bits = field.MayJoinInTheMiddle(from[i], ref toXs[j], ref toYs[j], pafThreshold);
                    for (bits &= to.Length - j < Vector256<float>.Count ? (1u << (to.Length - j)) - 1 : ~0u; bits != 0; bits &= bits - 1)
                    {
                        count = AddIfJoined(from[i], i, to, j + BitOperations.TrailingZeroCount(bits), field, count);
                    }
                }
            }
        }

        return count;
    }

    private int AddIfJoined(in Peak from, int i, ReadOnlySpan<Peak> to, int j, PafField field, int count)
    {
        if (!field.MayJoin(from, to[j], pafThreshold))
        {
            return count;
        }

        Sampled++;
        var score = field.Along(from, to[j], pafThreshold, minSupport);
        if (score > 0)
        {
            pairs[count++] = ((ulong)~BitConverter.SingleToUInt32Bits(score) << 32) | ((uint)i << 16) | (uint)j;
        }

        return count;
    }
}
