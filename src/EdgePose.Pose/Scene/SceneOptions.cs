using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace EdgePose.Scene;

/// <summary>What is watched in the picture of one camera.</summary>
public sealed record SceneOptions
{
    /// <summary>Areas of the picture, each with an id of its own.</summary>
    [Description("Zones of the picture: who enters, leaves, stays, and how many are inside.")]
    public ImmutableArray<ZoneOptions> Zones { get; init; } = [];

    /// <summary>Directed lines, each with an id of its own.</summary>
    [Description("Lines in the picture: who crosses them, and how many in each direction.")]
    public ImmutableArray<LineOptions> Lines { get; init; } = [];

    /// <summary>Falls.</summary>
    [Description("Detection of falls.")]
    public FallOptions Falls { get; init; } = new();

    /// <summary>Whether changes of posture are reported.</summary>
    [Description("Report each change of a person's posture.")]
    public bool Postures { get; init; }

    /// <summary>Whether gestures are reported.</summary>
    [Description("Report raised hands, waving and pointing.")]
    public bool Gestures { get; init; }

    /// <summary>How long a person who is not seen keeps the place, in seconds. 0 to 600.</summary>
    [Description("Time for which a person who is not seen keeps the place, in seconds.")]
    [Range(0.0, 600.0)]
    public double HoldSeconds { get; init; } = 5;

    /// <summary>Whether anything is to be watched.</summary>
    public bool IsEmpty => Zones.IsDefaultOrEmpty && Lines.IsDefaultOrEmpty && !Falls.Enabled && !Postures && !Gestures;
}
