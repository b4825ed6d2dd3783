using System.Buffers.Binary;

namespace EdgePose.Delivery.Spool;

/// <summary>
/// What the file ought to hold, renewed in every transaction: with it a damaged file is noticed, its lost messages are counted, and what was delivered is not
/// taken for new.
/// </summary>
/// <param name="Generation">Counts transactions; of two marks the higher one is newer.</param>
/// <param name="First">The lowest position in the file; one more than <paramref name="Last"/> when there is none.</param>
/// <param name="Last">The highest position that was ever given.</param>
/// <param name="Count">Messages in the file.</param>
/// <param name="Dropped">Messages that were dropped since there is a spool: a kill must not make them forgotten.</param>
internal readonly record struct SpoolMark(long Generation, long First, long Last, long Count, DropCounts Dropped = default)
{
    private const int BodyBytes = 10 * sizeof(long);
    private const int OldBodyBytes = 4 * sizeof(long); // before drops were kept

    /// <summary>The mark as a frame.</summary>
    public byte[] Write()
    {
        var frame = SpoolFrame.Create(SpoolFrame.Mark, BodyBytes);
        var body = frame.AsSpan(SpoolFrame.HeaderBytes);
        ReadOnlySpan<long> values = [Generation, First, Last, Count, Dropped.Full, Dropped.Aged, Dropped.DiskFull, Dropped.DiskSlow, Dropped.Corrupt, Dropped.Refused];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(body[(i * sizeof(long))..], values[i]);
        }

        SpoolFrame.Seal(frame);
        return frame;
    }

    /// <summary>The mark in a whole frame of <see cref="SpoolFrame.At"/>; null when it is none.</summary>
    public static SpoolMark? Read(ReadOnlySpan<byte> frame)
    {
        if (frame.Length is not (SpoolFrame.HeaderBytes + BodyBytes or SpoolFrame.HeaderBytes + OldBodyBytes) || frame[7] != SpoolFrame.Mark)
        {
            return null;
        }

        var body = frame[SpoolFrame.HeaderBytes..];
        Span<long> values = stackalloc long[BodyBytes / sizeof(long)];
        for (var i = 0; i < body.Length / sizeof(long); i++)
        {
            values[i] = BinaryPrimitives.ReadInt64LittleEndian(body[(i * sizeof(long))..]);
        }

        return new SpoolMark(values[0], values[1], values[2], values[3], new DropCounts(values[4], values[5], values[6], values[7], values[8], values[9]));
    }
}
