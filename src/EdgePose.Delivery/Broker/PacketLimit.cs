using MQTTnet.Exceptions;

namespace EdgePose.Delivery.Broker;

/// <summary>
/// Follows the frames of MQTT packets in the bytes that come, and refuses one that is announced too long before a buffer is made for it: MQTTnet makes one of whatever
/// length stands there, up to 256 MB for five bytes.
/// </summary>
/// <remarks>A frame is a byte of type and flags, the length of the rest, and the rest (MQTT 5, 2.1.1). The length has up to four bytes of seven bits each, lowest first (1.5.5).</remarks>
/// <param name="mostBytes">The longest rest of a packet.</param>
internal sealed class PacketLimit(int mostBytes)
{
    private const int BitsOfLength = 7;
    private const int LengthContinues = 1 << BitsOfLength;
    private const int MostBitsOfLength = 4 * BitsOfLength;

    private int bodyLeft;
    private int length;
    private int bitsRead;
    private bool isInLength;

    /// <summary>Takes in what was read, in pieces of any size.</summary>
    /// <exception cref="MqttProtocolViolationException">A packet is announced longer than it may be, or its length is none.</exception>
    public void Take(ReadOnlySpan<byte> read)
    {
        while (!read.IsEmpty)
        {
            if (bodyLeft > 0)
            {
                var part = Math.Min(bodyLeft, read.Length);
                bodyLeft -= part;
                read = read[part..];
                continue;
            }

            if (isInLength)
            {
                TakeLength(read[0]);
            }
            else
            {
                (isInLength, length, bitsRead) = (true, 0, 0);
            }

            read = read[1..];
        }
    }

    private void TakeLength(byte part)
    {
        length |= (part & (LengthContinues - 1)) << bitsRead;
        bitsRead += BitsOfLength;
        if (length > mostBytes)
        {
            throw new MqttProtocolViolationException($"a packet of {length} bytes or more is announced, and at most {mostBytes} are taken");
        }

        if ((part & LengthContinues) == 0)
        {
            (bodyLeft, isInLength) = (length, false);
        }
        else if (bitsRead == MostBitsOfLength)
        {
            throw new MqttProtocolViolationException("the length of a packet goes on after four bytes");
        }
    }
}
