using System.Text.Json.Serialization;

namespace EdgePose.Delivery.Spool;

/// <summary>What an event that was stored survives.</summary>
public enum SpoolDurability
{
    /// <summary>The end of the process, however it comes; when the power goes, the newest events may be lost.</summary>
    [JsonStringEnumMemberName("normal")]
    Normal,

    /// <summary>That, and the loss of power: each write waits for the disk.</summary>
    [JsonStringEnumMemberName("full")]
    Full,

    /// <summary>Nothing: events wait in memory, and the disk is not used.</summary>
    [JsonStringEnumMemberName("memory")]
    Memory,
}
