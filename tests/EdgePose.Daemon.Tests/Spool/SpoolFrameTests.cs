using EdgePose.Cameras.Frames;
using EdgePose.Delivery.Spool;

namespace EdgePose.Daemon.Tests.Spool;

public sealed class SpoolFrameTests
{
    private static readonly byte[] Frame = SpoolRecord.Write(7, SpoolClock.Earliest.AddDays(1), SpoolFolder.Message(42, bytes: 60)).Frame;

    [Fact]
    public void What_was_written_is_read_back()
    {
        var message = SpoolRecord.Read(SpoolFrame.At(Frame))!;
        var written = SpoolFolder.Message(42, bytes: 60);
        Assert.Equal((written.Id, written.Topic, written.Type, written.At), (message.Id, message.Topic, message.Type, message.At));
        Assert.Equal(written.Payload, message.Payload);
        Assert.Equal((7, SpoolClock.Earliest.AddDays(1)), SpoolRecord.Stamp(Frame));
        Assert.Equal(new SpoolMark(3, 4, 5, 6), SpoolMark.Read(SpoolFrame.At(new SpoolMark(3, 4, 5, 6).Write())));
    }

    [Fact]
    public void Every_flipped_bit_is_noticed()
    {
        for (var bit = 0; bit < Frame.Length * 8; bit++)
        {
            var flipped = (byte[])Frame.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(SpoolFrame.At(flipped).IsEmpty, $"bit {bit}");
        }
    }

    [Fact]
    public void A_frame_that_is_cut_off_is_none_wherever_it_is_cut()
    {
        for (var length = 0; length < Frame.Length; length++)
        {
            Assert.True(SpoolFrame.At(Frame.AsSpan(0, length)).IsEmpty, $"{length} bytes");
        }
    }

    [Fact]
    public void A_mark_is_no_message_and_a_message_no_mark()
    {
        Assert.Null(SpoolMark.Read(SpoolFrame.At(Frame)));
        Assert.Null(SpoolRecord.Read(SpoolFrame.At(new SpoolMark(1, 2, 3, 4).Write())));
    }

    [Fact]
    public void The_checksum_is_crc_32c()
    {
        // A frame of 4 + 12 bytes of header, and 32 bytes of zeros as its body: by a bitwise CRC of the polynomial of RFC 3720.
        var frame = SpoolFrame.Create(SpoolFrame.Mark, 32);
        SpoolFrame.Seal(frame);
        var crc = uint.MaxValue;
        foreach (var value in frame.AsSpan(0, 12).ToArray().Concat(frame.AsSpan(16).ToArray()))
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
            }
        }

        Assert.Equal(~crc, BitConverter.ToUInt32(frame, 12));
    }
}
