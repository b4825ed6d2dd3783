using System.Text.Json.Serialization;
using EdgePose.Cameras.Sources;

namespace EdgePose.Cameras.Decoder;

/// <summary>What a decoder process gets as one line of JSON on its standard input: a command line would show the password to every user.</summary>
internal sealed record DecoderSettings
{
    /// <summary>The camera's section of the configuration, with the full path where the address is one.</summary>
    public required CameraConfig Camera { get; init; }

    public string? Password { get; init; }

    public int MaxWidthPx { get; init; }

    public int MaxHeightPx { get; init; }

    /// <summary>Whether the thread that started the process stays as long as the process is wanted, so that the kernel may end the process with it.</summary>
    public bool EndsWithStarter { get; init; }
}

[JsonSerializable(typeof(DecoderSettings))]
internal sealed partial class DecoderSettingsContext : JsonSerializerContext;
