namespace EdgePose.Compression.Pruning;

/// <summary>How much is pruned.</summary>
public sealed record PruneOptions
{
    /// <summary>Share of the MACs that may stay, above 0 and up to 1.</summary>
    public double Macs { get; init; } = 1;

    /// <summary>Share of the time that may stay, measured on this machine, or null for no such budget. The tighter of both budgets holds.</summary>
    public double? Latency { get; init; }

    /// <summary>Widths are multiples of this.</summary>
    public int Multiple { get; init; } = 8;

    /// <summary>No layer is made narrower than this.</summary>
    public int MinWidth { get; init; } = 8;

    /// <summary>Whether the layers are refitted to what the original computes.</summary>
    public bool Refit { get; init; } = true;
}

/// <summary>The width of a layer, or of several that are added up, before and after.</summary>
/// <param name="Layers">Names of the convolutions.</param>
/// <param name="Before">Channels before.</param>
/// <param name="After">Channels after.</param>
public sealed record PrunedWidth(string Layers, int Before, int After);
