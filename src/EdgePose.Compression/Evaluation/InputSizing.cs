using EdgePose.Inference;

namespace EdgePose.Compression.Evaluation;

/// <summary>How a picture is brought to a network's input.</summary>
/// <remarks>
/// Two ways, because two questions are asked. Published figures of this family scale each picture to a height and let the width follow (<see cref="OfHeight"/>).
/// The daemon has one input for all its cameras and letterboxes each frame into it (<see cref="Fixed"/>).
/// </remarks>
public sealed record InputSizing
{
    /// <summary>A picture wider than this many heights is letterboxed: a panorama must not ask for gigabytes. COCO's widest have about 3.</summary>
    private const int MostAspect = 4;

    private InputSizing(int heightPx, int? widthPx) => (HeightPx, WidthPx) = (heightPx, widthPx);

    /// <summary>Height of the input.</summary>
    public int HeightPx { get; }

    /// <summary>Width of the input, or null where it follows each picture.</summary>
    public int? WidthPx { get; }

    /// <summary>Each picture is scaled to this height; its width is padded to what the network takes.</summary>
    /// <param name="heightPx">Rounded up to what the network takes.</param>
    public static InputSizing OfHeight(int heightPx) => new(heightPx, null);

    /// <summary>Each picture is letterboxed into this input, as the daemon does.</summary>
    /// <param name="heightPx">Rounded up to what the network takes.</param>
    /// <param name="widthPx">Likewise.</param>
    public static InputSizing Fixed(int heightPx, int widthPx) => new(heightPx, widthPx);

    /// <summary>This sizing with height and width as a network takes them.</summary>
    /// <param name="multipleOf">What the network's manifest asks for.</param>
    public InputSizing RoundedUpTo(int multipleOf) =>
        new(NetworkShape.RoundUp(HeightPx, multipleOf), WidthPx is { } widthPx ? NetworkShape.RoundUp(widthPx, multipleOf) : null);

    /// <summary>The input for a picture.</summary>
    /// <param name="pictureWidthPx">Width of the picture, positive.</param>
    /// <param name="pictureHeightPx">Height of the picture, positive.</param>
    /// <param name="scale">1, or another size of a multi-scale evaluation.</param>
    /// <param name="multipleOf">What the network's manifest asks for.</param>
    public NetworkShape ShapeFor(int pictureWidthPx, int pictureHeightPx, double scale, int multipleOf)
    {
        var whole = RoundedUpTo(multipleOf);
        var heightPx = scale == 1 ? whole.HeightPx : Nearest(HeightPx * scale);
        var widthPx = WidthPx is null ? Following(heightPx) : scale == 1 ? whole.WidthPx!.Value : Nearest(WidthPx.Value * scale);
        return new(heightPx, widthPx, 1);

        int Nearest(double px) => Math.Max(1, (int)Math.Round(px / multipleOf)) * multipleOf;

        int Following(int height)
        {
            var inner = Math.Max(1, Math.Round((double)pictureWidthPx * height / pictureHeightPx, MidpointRounding.AwayFromZero));
            return (int)Math.Ceiling(Math.Min(inner, MostAspect * (double)height) / multipleOf) * multipleOf;
        }
    }

    /// <summary>For people to read.</summary>
    public override string ToString() =>
        WidthPx is null ? $"height {HeightPx}, width by each picture's aspect" : $"every picture letterboxed into {HeightPx}x{WidthPx} (height x width)";
}
