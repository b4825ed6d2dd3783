namespace EdgePose.Scene;

/// <summary>What kind of area a zone is.</summary>
public enum ZoneKind
{
    /// <summary>Any area.</summary>
    Area,

    /// <summary>A bed: who lies there has not fallen.</summary>
    Bed,

    /// <summary>A sofa: who lies there has not fallen.</summary>
    Sofa,
}
