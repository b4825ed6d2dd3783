using System.Text.Json.Serialization;

namespace EdgePose.Delivery.Spool;

/// <summary>What an event that was stored survives.</summary>
public enum SpoolDurability
{
    /// <summary>The end of the process, however it comes; when the power goes, the last few seconds may be lost. SQLite: synchronous = NORMAL.</summary>
    [JsonStringEnumMemberName("normal")]
    Normal,

    /// <summary>That, and the loss of power: every transaction waits for the disk. SQLite: synchronous = FULL.</summary>
    [JsonStringEnumMemberName("full")]
    Full,

    /// <summary>Nothing: events wait in memory, and the disk is not used.</summary>
    [JsonStringEnumMemberName("memory")]
    Memory,
}
