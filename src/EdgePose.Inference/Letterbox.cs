namespace EdgePose.Inference;

/// <summary>Where the picture lies in a network input of another aspect.</summary>
public enum LetterboxAlignment
{
    /// <summary>At the top left; the padding is at the right or at the bottom. Whole pictures of one camera size keep whole offsets.</summary>
    TopLeft,

    /// <summary>In the middle; the padding is shared by both sides, the odd pixel at the right or at the bottom.</summary>
    Centre,
}

/// <summary>
/// Source pixels to network pixels and back, exactly as <see cref="Preprocessor"/> resizes. Pixel centres lie on whole numbers:
/// network x = (source x + 0.5) * <see cref="ScaleX"/> - 0.5 + <see cref="LeftPx"/>. The scales of x and y differ by the rounding of the inner size to whole pixels. One scale for both, as
/// is common, is wrong by up to half a pixel at the far edge.
/// </summary>
public readonly record struct Letterbox
{
    /// <summary>Width of the source picture.</summary>
    public int SourceWidthPx { get; private init; }

    /// <summary>Height of the source picture.</summary>
    public int SourceHeightPx { get; private init; }

    /// <summary>Width of the network input.</summary>
    public int NetworkWidthPx { get; private init; }

    /// <summary>Height of the network input.</summary>
    public int NetworkHeightPx { get; private init; }

    /// <summary>Width of the picture inside the network input.</summary>
    public int InnerWidthPx { get; private init; }

    /// <summary>Height of the picture inside the network input.</summary>
    public int InnerHeightPx { get; private init; }

    /// <summary>Padding before the picture.</summary>
    public int LeftPx { get; private init; }

    /// <summary>Padding above the picture.</summary>
    public int TopPx { get; private init; }

    /// <summary>Network pixels a source pixel, horizontally.</summary>
    public double ScaleX => (double)InnerWidthPx / SourceWidthPx;

    /// <summary>Network pixels a source pixel, vertically.</summary>
    public double ScaleY => (double)InnerHeightPx / SourceHeightPx;

    /// <summary>The largest picture of the source's aspect that fits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public static Letterbox Fit(
        int sourceWidthPx, int sourceHeightPx, int networkWidthPx, int networkHeightPx, LetterboxAlignment alignment = LetterboxAlignment.TopLeft)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sourceWidthPx);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sourceHeightPx);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(networkWidthPx);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(networkHeightPx);
        double scale = Math.Min((double)networkWidthPx / sourceWidthPx, (double)networkHeightPx / sourceHeightPx);
        int innerWidthPx = Math.Clamp((int)Math.Round(sourceWidthPx * scale, MidpointRounding.AwayFromZero), 1, networkWidthPx);
        int innerHeightPx = Math.Clamp((int)Math.Round(sourceHeightPx * scale, MidpointRounding.AwayFromZero), 1, networkHeightPx);
        bool centre = alignment == LetterboxAlignment.Centre;
        return new Letterbox
        {
            SourceWidthPx = sourceWidthPx, SourceHeightPx = sourceHeightPx, NetworkWidthPx = networkWidthPx, NetworkHeightPx = networkHeightPx,
            InnerWidthPx = innerWidthPx, InnerHeightPx = innerHeightPx,
            LeftPx = centre ? (networkWidthPx - innerWidthPx) / 2 : 0, TopPx = centre ? (networkHeightPx - innerHeightPx) / 2 : 0,
        };
    }

    /// <summary>A source position in network pixels.</summary>
    public (double XPx, double YPx) ToNetwork(double sourceXPx, double sourceYPx) =>
        (((sourceXPx + 0.5) * ScaleX) - 0.5 + LeftPx, ((sourceYPx + 0.5) * ScaleY) - 0.5 + TopPx);

    /// <summary>A position in network pixels in source pixels.</summary>
    public (double XPx, double YPx) ToSource(double networkXPx, double networkYPx) =>
        (((networkXPx - LeftPx + 0.5) / ScaleX) - 0.5, ((networkYPx - TopPx + 0.5) / ScaleY) - 0.5);

    /// <summary>Turns keypoints from cells into source pixels, in place. Absent keypoints stay as they are; positions in the padding fall outside the picture.</summary>
    /// <param name="posesInCells">As the decoder gives them.</param>
    /// <param name="stridePx">Network pixels a cell: network x = (cell + 0.5) * stride - 0.5.</param>
    public void ToSource(PoseList posesInCells, int stridePx)
    {
        ArgumentNullException.ThrowIfNull(posesInCells);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stridePx);
        for (int i = 0; i < posesInCells.Count; i++)
        {
            foreach (ref Keypoint keypoint in posesInCells.KeypointsOf(i))
            {
                if (keypoint.IsPresent)
                {
                    (double xPx, double yPx) = ToSource(((keypoint.X + 0.5) * stridePx) - 0.5, ((keypoint.Y + 0.5) * stridePx) - 0.5);
                    keypoint = keypoint with { X = (float)xPx, Y = (float)yPx };
                }
            }
        }
    }
}
