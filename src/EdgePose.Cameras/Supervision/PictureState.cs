namespace EdgePose.Cameras.Supervision;

/// <summary>The state of a live camera's pictures.</summary>
public enum PictureState
{
    /// <summary>Not checked: no picture comes, or the source is not live.</summary>
    Unchecked,

    /// <summary>The picture changes as real pictures do.</summary>
    Good,

    /// <summary>The same picture over and over.</summary>
    Frozen,

    /// <summary>Nothing but black.</summary>
    Black,
}
