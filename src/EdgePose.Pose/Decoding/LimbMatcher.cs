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
    private readonly bool[] isFromTaken;
    private readonly bool[] isToTaken;

    public LimbMatcher(DecoderOptions options)
    {
        pafThreshold = options.PafThreshold;
        minSupport = options.MinPafSupport;
        pairs = new ulong[options.MaxPeaksPerKeypoint * options.MaxPeaksPerKeypoint];
        isFromTaken = new bool[options.MaxPeaksPerKeypoint];
        isToTaken = new bool[options.MaxPeaksPerKeypoint];
    }

    /// <summary>Joins the peaks of a limb's two keypoints.</summary>
    /// <param name="limb">Index of the limb, for the connections.</param>
    /// <param name="from">Peaks of the keypoint that the field starts at.</param>
    /// <param name="to">Peaks of the keypoint that it points to.</param>
    /// <param name="field">The limb's PAF.</param>
    /// <param name="connections">Takes the limbs; at least as long as the shorter list of peaks.</param>
    /// <returns>How many there are; best first.</returns>
    public int Match(int limb, ReadOnlySpan<Peak> from, ReadOnlySpan<Peak> to, PafField field, Span<Connection> connections)
    {
        var count = 0;
        for (var i = 0; i < from.Length; i++)
        {
            for (var j = 0; j < to.Length; j++)
            {
                if (!field.MayJoin(from[i], to[j], pafThreshold))
                {
                    continue;
                }

                var score = field.Along(from[i], to[j], pafThreshold, minSupport);
                if (score > 0)
                {
                    pairs[count++] = ((ulong)~BitConverter.SingleToUInt32Bits(score) << 32) | ((uint)i << 16) | (uint)j;
                }
            }
        }

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
}
