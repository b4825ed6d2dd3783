using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace EdgePose.Scene;

/// <summary>One zone.</summary>
public sealed record ZoneOptions
{
    /// <summary>The zone's name in events.</summary>
    [Description("Name of the zone in events: lower-case letters, digits, '-' and '_'.")]
    [Required]
    [DataType("identifier")]
    public string Id { get; init; } = "";

    /// <summary>Corners in order, each x and y from 0 (left, top) to 1 (right, bottom). At least three.</summary>
    [Description("Corners in order, each [x, y] from 0 (left, top) to 1 (right, bottom). The border belongs to the zone.")]
    [MinLength(3)]
    public ImmutableArray<ImmutableArray<double>> Points { get; init; } = [];

    /// <summary>What kind of area it is.</summary>
    [Description("Kind of area. On a bed or a sofa people lie without a fall.")]
    public ZoneKind Kind { get; init; }

    /// <summary>Which part of a person must be inside.</summary>
    [Description("Part of a person that must be inside: feet, hips, any keypoint or all keypoints.")]
    public PersonPlace Place { get; init; }

    /// <summary>How long a person must be inside before the person has entered, in seconds. 0 to 3600.</summary>
    [Description("Time inside before a person has entered, in seconds.")]
    [Range(0.0, 3600.0)]
    public double EnterSeconds { get; init; } = 0.5;

    /// <summary>How long a person must be outside before the person has left, in seconds. 0 to 3600.</summary>
    [Description("Time outside before a person has left, in seconds.")]
    [Range(0.0, 3600.0)]
    public double LeaveSeconds { get; init; } = 0.5;

    /// <summary>How far inside or outside the border a person must be to enter or to leave, in body heights. 0 to 2.</summary>
    [Description("Distance from the border that a person must pass to enter or to leave, in body heights.")]
    [Range(0.0, 2.0)]
    public double MarginHeights { get; init; } = 0.05;

    /// <summary>Times inside after which an event reports the stay, in seconds.</summary>
    [Description("Lengths of a stay that are reported, in seconds.")]
    [MaxLength(8)]
    public ImmutableArray<double> DwellSeconds { get; init; } = [];

    /// <summary>Interval of further reports after the last dwell threshold, in seconds; 0 for none.</summary>
    [Description("Interval of further reports after the last of dwellSeconds, in seconds; 0 for none.")]
    [Range(0.0, 86400.0)]
    public double DwellRepeatSeconds { get; init; }

    /// <summary>More people than this are too many; null sets no limit.</summary>
    [Description("Highest number of people that is not reported. null sets no limit.")]
    [Range(0, 10_000)]
    public int? MaxPeople { get; init; }

    /// <summary>Fewer people than this are too few; null sets no limit.</summary>
    [Description("Lowest number of people that is not reported. null sets no limit.")]
    [Range(0, 10_000)]
    public int? MinPeople { get; init; }

    /// <summary>How long a number must be past its limit, or back, before that is reported, in seconds. 0 to 3600.</summary>
    [Description("Time past a limit, or back within it, before that is reported, in seconds.")]
    [Range(0.0, 3600.0)]
    public double LimitSeconds { get; init; } = 2;
}
