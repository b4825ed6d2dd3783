using EdgePose.Delivery.Broker;
using MQTTnet.Exceptions;

namespace EdgePose.Daemon.Tests.Publishing;

public sealed class PacketLimitTests
{
    private const int Most = 300;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Packets_up_to_the_limit_pass_however_they_are_cut(int pieceBytes)
    {
        // No rest, one byte, 127 and 128 (where the length takes a second byte), the limit; a body that looks like a long packet; and again.
        byte[] bytes = [0xd0, 0, 0x40, 1, 0, .. Packet(127, 0), .. Packet(128, 0), .. Packet(Most, 0xff), .. Packet(Most, 0x7f), 0xd0, 0];
        var limit = new PacketLimit(Most);
        foreach (var piece in bytes.Chunk(pieceBytes))
        {
            limit.Take(piece);
        }

        Assert.Throws<MqttProtocolViolationException>(() => limit.Take(Packet(Most + 1, 0).AsSpan(0, 3)));
    }

    [Fact]
    public void A_packet_that_is_too_long_is_refused_at_its_length_before_its_first_byte()
    {
        var limit = new PacketLimit(Most);
        limit.Take([0x30, 0xff]);
        var refused = Assert.Throws<MqttProtocolViolationException>(() => limit.Take([0xff, 0xff, 0x7f]));
        Assert.Contains("300", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_length_without_end_is_refused_after_four_bytes()
    {
        var limit = new PacketLimit(Most);
        limit.Take([0x30, 0x80, 0x80, 0x80]);
        Assert.Throws<MqttProtocolViolationException>(() => limit.Take([0x80]));
    }

    private static byte[] Packet(int length, byte content) =>
        [0x30, .. length < 128 ? [(byte)length] : new[] { (byte)((length & 127) | 128), (byte)(length >> 7) }, .. Enumerable.Repeat(content, length)];
}
