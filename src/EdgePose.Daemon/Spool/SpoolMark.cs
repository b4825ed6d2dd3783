using System.Buffers.Binary;

namespace EdgePose.Daemon.Spool;

/// <summary>
/// What the file ought to hold, renewed in every transaction: with it a damaged file is noticed, its lost messages are counted, and what was delivered is not
/// taken for new.
/// </summary>
/// <param name="Generation">Counts transactions; of two marks the higher one is newer.</param>
/// <param name="First">The lowest position in the file; one more than <paramref name="Last"/> when there is none.</param>
/// <param name="Last">The highest position that was ever given.</param>
/// <param name="Count">Messages in the file.</param>
internal readonly record struct SpoolMark(long Generation, long First, long Last, long Count)
{
    private const int BodyBytes = 4 * sizeof(long);

    /// <summary>The mark as a frame.</summary>
    public byte[] Write()
    {
        var frame = SpoolFrame.Create(SpoolFrame.Mark, BodyBytes);
        var body = frame.AsSpan(SpoolFrame.HeaderBytes);
        BinaryPrimitives.WriteInt64LittleEndian(body, Generation);
        BinaryPrimitives.WriteInt64LittleEndian(body[8..], First);
        BinaryPrimitives.WriteInt64LittleEndian(body[16..], Last);
        BinaryPrimitives.WriteInt64LittleEndian(body[24..], Count);
        SpoolFrame.Seal(frame);
        return frame;
    }

    /// <summary>The mark in a whole frame of <see cref="SpoolFrame.At"/>; null when it is none.</summary>
    public static SpoolMark? Read(ReadOnlySpan<byte> frame)
    {
        if (frame.Length != SpoolFrame.HeaderBytes + BodyBytes || frame[7] != SpoolFrame.Mark)
        {
            return null;
        }

        var body = frame[SpoolFrame.HeaderBytes..];
        return new SpoolMark(
            BinaryPrimitives.ReadInt64LittleEndian(body), BinaryPrimitives.ReadInt64LittleEndian(body[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(body[16..]), BinaryPrimitives.ReadInt64LittleEndian(body[24..]));
    }
}
