using System.Buffers.Binary;
using System.Text;
using EdgePose.Cameras.Frames;

namespace EdgePose.Delivery.Spool;

/// <summary>A message as it is on the disk: a <see cref="SpoolFrame"/> that holds position, times, texts and payload.</summary>
/// <param name="Position">Its place in the order; never used twice in one file.</param>
/// <param name="StoredAt">When it was stored, by the spool's own clock (<see cref="SpoolClock"/>).</param>
/// <param name="Frame">The bytes.</param>
internal readonly record struct SpoolRecord(long Position, DateTimeOffset StoredAt, byte[] Frame)
{
    /// <summary>How much of a frame <see cref="Stamp"/> needs.</summary>
    public const int StampBytes = FixedBytes;

    /// <summary>The most that <see cref="StoredMessage.Bytes"/> may be; letters beyond ASCII in the texts take more on the disk, hence the margin.</summary>
    public const int MaxMessageBytes = SpoolFrame.MaxBytes - FixedBytes - 4096;

    private const int FixedBytes = SpoolFrame.HeaderBytes + (3 * sizeof(long)) + (3 * sizeof(ushort));

    /// <summary>Writes a message.</summary>
    public static SpoolRecord Write(long position, DateTimeOffset storedAt, StoredMessage message)
    {
        var (id, topic, type) = (Encoding.UTF8.GetBytes(message.Id), Encoding.UTF8.GetBytes(message.Topic), Encoding.UTF8.GetBytes(message.Type));
        var frame = SpoolFrame.Create(SpoolFrame.Message, FixedBytes - SpoolFrame.HeaderBytes + id.Length + topic.Length + type.Length + message.Payload.Length);
        var body = frame.AsSpan(SpoolFrame.HeaderBytes);
        BinaryPrimitives.WriteInt64LittleEndian(body, position);
        BinaryPrimitives.WriteInt64LittleEndian(body[8..], storedAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64LittleEndian(body[16..], message.At.UtcTicks);
        BinaryPrimitives.WriteUInt16LittleEndian(body[24..], (ushort)id.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(body[26..], (ushort)topic.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(body[28..], (ushort)type.Length);
        var rest = frame.AsSpan(FixedBytes);
        foreach (var part in (ReadOnlySpan<byte[]>)[id, topic, type, message.Payload])
        {
            part.CopyTo(rest);
            rest = rest[part.Length..];
        }

        SpoolFrame.Seal(frame);
        return new SpoolRecord(position, storedAt, frame);
    }

    /// <summary>Position and time of storing, from the first <see cref="StampBytes"/> of a frame, unchecked.</summary>
    public static (long Position, DateTimeOffset StoredAt) Stamp(ReadOnlySpan<byte> frame)
    {
        var milliseconds = BinaryPrimitives.ReadInt64LittleEndian(frame[(SpoolFrame.HeaderBytes + 8)..]);
        var believable = Math.Clamp(milliseconds, DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());
        return (BinaryPrimitives.ReadInt64LittleEndian(frame[SpoolFrame.HeaderBytes..]), DateTimeOffset.FromUnixTimeMilliseconds(believable));
    }

    /// <summary>Whether there is a message in a whole frame of <see cref="SpoolFrame.At"/>; makes none.</summary>
    public static bool IsMessage(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < FixedBytes || frame[7] != SpoolFrame.Message)
        {
            return false;
        }

        var (at, id, topic, type) = Parts(frame);
        return frame.Length - FixedBytes >= id + topic + type && at >= DateTimeOffset.MinValue.Ticks && at <= DateTimeOffset.MaxValue.Ticks;
    }

    /// <summary>The message in a whole frame of <see cref="SpoolFrame.At"/>; null when it is none.</summary>
    public static StoredMessage? Read(ReadOnlySpan<byte> frame)
    {
        if (!IsMessage(frame))
        {
            return null;
        }

        var (at, id, topic, type) = Parts(frame);
        var rest = frame[FixedBytes..];
        return new StoredMessage(
            Encoding.UTF8.GetString(rest[..id]), Encoding.UTF8.GetString(rest.Slice(id, topic)), Encoding.UTF8.GetString(rest.Slice(id + topic, type)),
            new DateTimeOffset(at, TimeSpan.Zero), rest[(id + topic + type)..].ToArray());
    }

    /// <summary>Ticks of the event's time, and the lengths of id, topic and type.</summary>
    private static (long At, int Id, int Topic, int Type) Parts(ReadOnlySpan<byte> frame)
    {
        var body = frame[SpoolFrame.HeaderBytes..];
        return (
            BinaryPrimitives.ReadInt64LittleEndian(body[16..]), BinaryPrimitives.ReadUInt16LittleEndian(body[24..]), BinaryPrimitives.ReadUInt16LittleEndian(body[26..]),
            BinaryPrimitives.ReadUInt16LittleEndian(body[28..]));
    }
}
