namespace EdgePose.Scene;

/// <summary>What kind of area a zone is.</summary>
public enum ZoneKind
{
    /// <summary>Any area.</summary>
    Area,

    /// <summary>A bed: a person who lies on it has not fallen.</summary>
    Bed,

    /// <summary>A sofa: a person who lies on it has not fallen.</summary>
    Sofa,
}
