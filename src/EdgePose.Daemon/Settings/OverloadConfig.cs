using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace EdgePose.Daemon.Settings;

/// <summary>What the daemon may give up when it cannot serve every camera, or runs hot, and when. Switched off, nothing here ever changes a result.</summary>
public sealed record OverloadConfig
{
    /// <summary>Whether anything is given up at all.</summary>
    [Description("Whether overload steps are taken. When false, this section changes no result.")]
    public bool Enabled { get; init; } = true;

    /// <summary>The steps that may be taken; always in the order fewerFrames, shallowerExit, smallerInput.</summary>
    [Description("Allowed steps, always in the order fewerFrames, shallowerExit, smallerInput. The last two change the network and the found people.")]
    public ImmutableArray<OverloadStep> Steps { get; init; } = [OverloadStep.FewerFrames];

    /// <summary>Inferences a second that every camera is to get, if it sends as many frames.</summary>
    [Description("Minimum inferences per second of each camera that sends as many frames. Below it a step is taken.")]
    [Range(0.1, 30.0)]
    public double MinInferencesPerSecond { get; init; } = 1;

    /// <summary>How old a frame may be, in seconds since its arrival, when its poses are published.</summary>
    [Description("Maximum age of a frame when its poses are published, in seconds since its arrival. Above it a step is taken.")]
    [Range(0.05, 60.0)]
    public double MaxFrameAgeSeconds { get; init; } = 1;

    /// <summary>The most frames a second of a camera that the step fewerFrames keeps back.</summary>
    [Description("Frame limit per second of the step fewerFrames. It applies to cameras below the highest priority, or to all if they share one priority.")]
    [Range(0.1, 240.0)]
    public double ReducedFps { get; init; } = 1;

    /// <summary>Manifest of the network that the step shallowerExit runs, relative to the configuration file.</summary>
    [DataType(SettingText.Manifest)]
    [Description("Manifest of the network of the step shallowerExit, relative to this file. It has the same skeleton and an earlier exit (`edgepose model cut-stages`), such as edgepose-l-initial.json.")]
    public string? ShallowerManifest { get; init; }

    /// <summary>What the step smallerInput scales the network's input by, in both directions.</summary>
    [Description("Scale of the network's input in the step smallerInput, in both directions, rounded down to the network's multiple.")]
    [Range(0.25, 0.95)]
    public double InputScale { get; init; } = 0.75;

    /// <summary>Seconds that an overload lasts before the next step is taken.</summary>
    [Description("Seconds of overload before the next step is taken.")]
    [Range(1.0, 600.0)]
    public double RaiseAfterSeconds { get; init; } = 5;

    /// <summary>Seconds of ease before the last step is undone; doubled, up to sixteen times, when an overload follows at once.</summary>
    [Description("Seconds of low load before the last step is undone. Doubled, up to sixteen times, when overload follows at once.")]
    [Range(1.0, 86_400.0)]
    public double LowerAfterSeconds { get; init; } = 60;

    /// <summary>Whether a thermal zone that nears the point where the hardware throttles counts as overload.</summary>
    [Description("Whether a thermal zone (/sys/class/thermal) near its throttling point counts as overload.")]
    public bool Thermal { get; init; } = true;

    /// <summary>How many degrees below that point.</summary>
    [Description("Margin below that point, in degrees Celsius. The zone must cool by five more before a step is undone.")]
    [Range(0.0, 30.0)]
    public double ThermalMarginCelsius { get; init; } = 2;
}
