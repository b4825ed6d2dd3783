using System.Buffers;
using System.Text.Json;

namespace EdgePose.Delivery.Broker;

/// <summary>A buffer and its writer, used again for one pose message after the other.</summary>
public sealed class PoseMessage
{
    private readonly ArrayBufferWriter<byte> buffer = new(16 * 1024);

    /// <summary>Makes an empty message.</summary>
    public PoseMessage() => Writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });

    /// <summary>Writes the payload.</summary>
    public Utf8JsonWriter Writer { get; }

    /// <summary>Where it goes.</summary>
    public string Topic { get; set; } = string.Empty;

    /// <summary>Last part of its id.</summary>
    public long Sequence { get; set; }

    /// <summary>Capture time, UTC.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>The payload, valid until the next <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Payload => buffer.WrittenMemory;

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        buffer.ResetWrittenCount();
        Writer.Reset();
    }
}
