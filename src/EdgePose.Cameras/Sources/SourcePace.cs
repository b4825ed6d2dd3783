namespace EdgePose.Cameras.Sources;

/// <summary>How fast a file is played.</summary>
public enum SourcePace
{
    /// <summary>Like a live camera: frames that come too fast for the network are dropped.</summary>
    RealTime,

    /// <summary>Every frame, as fast as the network allows.</summary>
    AsFastAsPossible,
}
