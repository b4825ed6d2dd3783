namespace EdgePose.Compression.Evaluation;

/// <summary>
/// The maps of a mirrored picture as those of the picture itself: columns run backwards, left and right change places, and the PAFs' x components change sign.
/// </summary>
internal sealed class MapMirror
{
    private readonly int[] keypoints;
    private readonly (int Source, float Sign)[] pafs;

    /// <exception cref="ArgumentException">A limb of the skeleton has no mirror image.</exception>
    public MapMirror(Skeleton skeleton)
    {
        keypoints = [.. skeleton.Mirror];
        pafs = new (int, float)[2 * skeleton.Limbs.Count(limb => limb.PafX >= 0)];
        foreach (var limb in skeleton.Limbs.Where(limb => limb.PafX >= 0))
        {
            var (from, to) = (skeleton.Mirror[limb.From], skeleton.Mirror[limb.To]);
            int DirectionOf(Limb candidate) => (candidate.From, candidate.To) == (from, to) ? 1 : (candidate.From, candidate.To) == (to, from) ? -1 : 0;
            var (other, direction) = skeleton.Limbs.Select(candidate => (candidate, DirectionOf(candidate))).FirstOrDefault(pair => pair.Item2 != 0);
            if (direction == 0)
            {
                throw new ArgumentException(
                    $"Skeleton {skeleton.Id} has no mirror image of its limb {skeleton.KeypointNames[limb.From]} - {skeleton.KeypointNames[limb.To]}: evaluate without flip.");
            }

            pafs[limb.PafX] = (other.PafX, -direction);
            pafs[limb.PafY] = (other.PafY, direction);
        }
    }

    /// <summary>Mirrors a network's input in place, padding and all, so that cell x of one picture is cell width - 1 - x of the other, exactly.</summary>
    /// <param name="input">Planes of rows.</param>
    /// <param name="widthPx">Values a row.</param>
    public static void MirrorInput(Span<float> input, int widthPx)
    {
        for (; !input.IsEmpty; input = input[widthPx..])
        {
            input[..widthPx].Reverse();
        }
    }

    /// <summary>Heatmaps of the mirrored picture into those of the picture; a background channel keeps its place.</summary>
    public void Undo(Heatmaps mirrored, Span<float> heatmaps)
    {
        for (var channel = 0; channel < mirrored.Channels; channel++)
        {
            Copy(mirrored.Channel(channel < keypoints.Length ? keypoints[channel] : channel), mirrored.WidthCells, 1, channel, heatmaps);
        }
    }

    /// <summary>PAFs of the mirrored picture into those of the picture.</summary>
    public void Undo(Pafs mirrored, Span<float> result)
    {
        for (var channel = 0; channel < mirrored.Channels; channel++)
        {
            Copy(mirrored.Channel(pafs[channel].Source), mirrored.WidthCells, pafs[channel].Sign, channel, result);
        }
    }

    private static void Copy(ReadOnlySpan<float> from, int width, float sign, int channel, Span<float> to)
    {
        to = to.Slice(channel * from.Length, from.Length);
        for (var row = 0; row < from.Length; row += width)
        {
            for (var x = 0; x < width; x++)
            {
                to[row + x] = sign * from[row + width - 1 - x];
            }
        }
    }
}
