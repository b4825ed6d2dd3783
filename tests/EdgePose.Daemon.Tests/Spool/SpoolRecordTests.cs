using EdgePose.Delivery.Spool;

namespace EdgePose.Daemon.Tests.Spool;

public sealed class SpoolRecordTests
{
    private static readonly DateTimeOffset Stored = SpoolClock.Earliest.AddDays(1);
    private static readonly byte[] Record = Bytes(to => SpoolRecord.Write(to, new SpoolEvent(7, Stored, SpoolFolder.Message(42, bytes: 60))));

    [Fact]
    public void What_was_written_is_read_back()
    {
        var written = SpoolFolder.Message(42, bytes: 60);
        var reader = new RecordReader(Record);
        Assert.True(reader.Read());
        Assert.Equal((SpoolRecord.Event, 7, Record.Length), (reader.Kind, reader.Position, reader.End));
        var (position, storedAt, message) = SpoolRecord.ReadEvent(7, reader.Body)!.Value;
        Assert.Equal((7, Stored), (position, storedAt));
        Assert.Equal((written.Id, written.Topic, written.Type, written.At), (message.Id, message.Topic, message.Type, message.At));
        Assert.Equal(written.Payload, message.Payload);
        Assert.Equal(Stored, SpoolRecord.StoredAt(reader.Body));
        Assert.False(reader.Read() || reader.IsDamaged);
    }

    [Fact]
    public void A_mark_is_read_back()
    {
        var mark = new SpoolMark(9, new DropCounts(1, 2, 3, 4, 5, 6), [(1, 3), (5, 5)]);
        var reader = new RecordReader(Bytes(to => SpoolRecord.Write(to, mark)));
        Assert.True(reader.Read());
        var read = SpoolRecord.ReadMark(reader.Position, reader.Body);
        Assert.Equal((SpoolRecord.Mark, mark.Last, mark.Dropped), (reader.Kind, read.Last, read.Dropped));
        Assert.Equal(mark.Gone, read.Gone);
    }

    [Fact]
    public void Every_flipped_bit_is_noticed_and_the_record_after_it_is_found()
    {
        for (var bit = 0; bit < Record.Length * 8; bit++)
        {
            byte[] flipped = [.. Record, .. Record];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            var reader = new RecordReader(flipped);
            Assert.True(reader.Read() && reader.IsDamaged && reader.End == flipped.Length, $"bit {bit}");
            Assert.False(reader.Read());
        }
    }

    [Fact]
    public void A_record_that_is_cut_off_is_none_wherever_it_is_cut_and_no_damage()
    {
        for (var length = 0; length < Record.Length; length++)
        {
            var reader = new RecordReader(Record.AsSpan(0, length));
            Assert.False(reader.Read() || reader.IsDamaged, $"{length} bytes");
        }
    }

    [Fact]
    public void The_checksum_is_crc_32c()
    {
        // A bitwise CRC of the polynomial of RFC 3720.
        var crc = uint.MaxValue;
        foreach (var value in Record)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
            }
        }

        Assert.Equal(~crc, SpoolRecord.Checksum(Record));
    }

    private static byte[] Bytes(Action<MemoryStream> write)
    {
        var stream = new MemoryStream();
        write(stream);
        return stream.ToArray();
    }
}
