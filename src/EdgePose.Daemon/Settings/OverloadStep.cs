namespace EdgePose.Daemon.Settings;

/// <summary>What the daemon gives up under overload, the cheapest first; this is the order in which the steps are taken.</summary>
public enum OverloadStep
{
    /// <summary>Cameras below the highest priority give at most <c>reducedFps</c> frames a second; all cameras, where they have one priority.</summary>
    FewerFrames,

    /// <summary>The network of <c>shallowerManifest</c> runs: one that is cut at an earlier exit.</summary>
    ShallowerExit,

    /// <summary>The network's input is scaled by <c>inputScale</c> in both directions.</summary>
    SmallerInput,
}
