using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace EdgePose.Compression.Packages;

/// <summary>A measured figure, before and after a tool.</summary>
/// <param name="Name">What, with its unit.</param>
/// <param name="Before">Of the parent; empty where there is none.</param>
/// <param name="After">Of what the tool made.</param>
public sealed record LineageFigure(string Name, string Before, string After);

/// <summary>One step of a network's descent: which tool made it, from what, how, and what was measured.</summary>
public sealed record LineageStep
{
    /// <summary>The command: <c>edgepose model prune</c>.</summary>
    public required string Tool { get; init; }

    /// <summary>Its options as they were given; empty for none.</summary>
    public string Options { get; init; } = "";

    /// <summary>Id of the network that this step made. Filled by the writer.</summary>
    public string Id { get; init; } = "";

    /// <summary>Id of the network that it was made from, or null for a beginning.</summary>
    public string? ParentId { get; init; }

    /// <summary>SHA-256 of the parent's ONNX file, or null for a beginning.</summary>
    public string? ParentSha256 { get; init; }

    /// <summary>What was measured.</summary>
    public ImmutableArray<LineageFigure> Figures { get; init; } = [];

    /// <summary>Measured times. They stand on the card and never in the file, so that two equal runs make the same bytes.</summary>
    [JsonIgnore]
    public ImmutableArray<LineageFigure> Times { get; init; } = [];

    /// <summary>What the tool did and why it may be trusted, in sentences; empty for nothing.</summary>
    public string Remarks { get; init; } = "";
}
