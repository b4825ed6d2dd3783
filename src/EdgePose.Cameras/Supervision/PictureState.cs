namespace EdgePose.Cameras.Supervision;

/// <summary>What a live camera's pictures look like.</summary>
public enum PictureState
{
    /// <summary>No picture was looked at: none comes, or the source is no live camera.</summary>
    Unchecked,

    /// <summary>There is something to see, and it changes as real pictures do.</summary>
    Good,

    /// <summary>The same picture over and over.</summary>
    Frozen,

    /// <summary>Nothing but black.</summary>
    Black,
}
