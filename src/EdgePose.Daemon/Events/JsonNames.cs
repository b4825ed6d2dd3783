using System.Text.Json;

namespace EdgePose.Daemon.Events;

/// <summary>Names of enumeration values as payloads, topics and lines for people spell them.</summary>
internal static class JsonNames
{
    /// <summary>For example <c>decoderFailed</c>.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
