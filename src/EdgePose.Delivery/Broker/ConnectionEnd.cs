namespace EdgePose.Delivery.Broker;

/// <summary>How a connection to the broker ended.</summary>
internal enum ConnectionEnd
{
    /// <summary>This side took its leave.</summary>
    Left,

    /// <summary>The broker fell silent.</summary>
    Silent,

    /// <summary>The broker closed it, or the line broke.</summary>
    Closed,

    /// <summary>The broker left an acknowledgement out.</summary>
    Unacknowledged,
}
