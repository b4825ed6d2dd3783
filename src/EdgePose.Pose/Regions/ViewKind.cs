namespace EdgePose.Regions;

/// <summary>What a view is for.</summary>
public enum ViewKind
{
    /// <summary>The whole frame.</summary>
    Whole,

    /// <summary>One tracked person, upright.</summary>
    Person,

    /// <summary>A part of the frame at a finer scale than the whole.</summary>
    Search,
}
