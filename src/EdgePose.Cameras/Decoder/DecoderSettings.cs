using System.Text.Json.Serialization;
using EdgePose.Cameras.Sources;
using EdgePose.Daemon;

namespace EdgePose.Cameras.Decoder;

/// <summary>What the daemon tells its decoder child, as one line of JSON on the child's standard input: a command line would show the password to every user.</summary>
internal sealed record DecoderSettings
{
    public required string Address { get; init; }

    public string? Username { get; init; }

    public string? Password { get; init; }

    public RtpTransport Transport { get; init; }

    public int LatencyMs { get; init; }

    public string? Pipeline { get; init; }

    public SourcePace Pace { get; init; }

    public bool Loop { get; init; }

    public int MaxWidthPx { get; init; }

    public int MaxHeightPx { get; init; }

    /// <summary>Whether the thread that started the child stays as long as the child is wanted, so that the kernel may end the child with it.</summary>
    public bool EndsWithStarter { get; init; }
}

[JsonSerializable(typeof(DecoderSettings))]
internal sealed partial class DecoderSettingsContext : JsonSerializerContext;
