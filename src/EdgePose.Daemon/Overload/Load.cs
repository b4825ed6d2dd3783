namespace EdgePose.Daemon.Overload;

/// <summary>How hot the hottest zone is, seen from where the hardware throttles.</summary>
public enum Heat
{
    /// <summary>Far from it, or nothing is known.</summary>
    Cool,

    /// <summary>Neither: nothing is taken and nothing is given back.</summary>
    Warm,

    /// <summary>Within the margin, or throttled already.</summary>
    Hot,
}

/// <summary>How the device copes, as measured over the last seconds.</summary>
public readonly record struct Load
{
    /// <summary>Share of the time in which the thread that runs the network was at work, 0 to 1.</summary>
    public double Utilisation { get; init; }

    /// <summary>Inferences a second of the camera that gets the fewest among those that lose frames to overload; null when none does. Cameras that a step keeps back by their lower priority do not count.</summary>
    public double? LeastStarvedFps { get; init; }

    /// <summary>Inferences a second of the camera that gets the fewest among those that send frames; null when none does. Counts the same cameras.</summary>
    public double? LeastServedFps { get; init; }

    /// <summary>Of the frames that the cameras of the highest priority offered, the share that went through the network; 1 where all cameras have one priority.</summary>
    public double ImportantServed { get; init; }

    /// <summary>The oldest frame of the last look, from its arrival until its poses were handed over.</summary>
    public TimeSpan OldestFrame { get; init; }

    /// <summary>How hot it is.</summary>
    public Heat Heat { get; init; }

    /// <summary>The hottest zone in words; empty when nothing is known.</summary>
    public string HottestZone { get; init; }
}
