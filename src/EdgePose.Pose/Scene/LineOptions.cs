using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace EdgePose.Scene;

/// <summary>One directed line. Who crosses it from its left to its right, seen from its first point to its second, goes in.</summary>
public sealed record LineOptions
{
    /// <summary>The line's name in events.</summary>
    [Description("Name of the line in events: lower-case letters, digits, '-' and '_'.")]
    [Required]
    [DataType("identifier")]
    public string Id { get; init; } = "";

    /// <summary>The two ends, each x and y from 0 to 1.</summary>
    [Description("Both ends, each [x, y] from 0 (left, top) to 1 (right, bottom). From the line's left to its right is in, seen from its first end to its second.")]
    [MinLength(2)]
    [MaxLength(2)]
    public ImmutableArray<ImmutableArray<double>> Points { get; init; } = [];

    /// <summary>Which part of a person must cross: feet or hips.</summary>
    [Description("Part of a person that must cross: feet or hips.")]
    public PersonPlace Place { get; init; }

    /// <summary>How far past the line a person must come to have crossed, in body heights. 0 to 2.</summary>
    [Description("Distance past the line at which a person has crossed, in body heights.")]
    [Range(0.0, 2.0)]
    public double BandHeights { get; init; } = 0.15;
}
