using EdgePose.Inference;

namespace EdgePose.Compression.Evaluation;

/// <summary>That a network is evaluated on views of one person each, and where the people are taken to be.</summary>
public sealed record ViewOptions
{
    /// <summary>Height of a view, rounded up to what the network takes.</summary>
    public int HeightPx { get; init; } = 160;

    /// <summary>Width of a view, likewise.</summary>
    public int WidthPx { get; init; } = 120;

    /// <summary>How wrong the places are: standard deviation of position and size, in sizes of a person's box. For places from the labels.</summary>
    public double Jitter { get; init; }

    /// <summary>Of the error of the places.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The network whose look at the whole picture gives the places; null takes them from the labels.</summary>
    public NetworkManifest? Finder { get; init; }

    /// <summary>How the finder sees the picture.</summary>
    public InputSizing FinderSizing { get; init; } = InputSizing.OfHeight(368);

    /// <summary>These views as a network takes them.</summary>
    /// <param name="multipleOf">What the network's manifest asks for.</param>
    public ViewOptions RoundedUpTo(int multipleOf) =>
        this with { HeightPx = NetworkShape.RoundUp(HeightPx, multipleOf), WidthPx = NetworkShape.RoundUp(WidthPx, multipleOf) };

    /// <summary>What was done, for the report: figures with places from the labels are no figures of finding people.</summary>
    public override string ToString() => FormattableString.Invariant($"views of {HeightPx}x{WidthPx}, ")
        + (Finder is null ? FormattableString.Invariant($"PLACES FROM THE LABELS, {100 * Jitter:0.#} % wrong") : $"places found by {Finder.Id} at {FinderSizing}");
}
