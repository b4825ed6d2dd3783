using System.Globalization;
using System.Text;
using EdgePose.Fault.Tests.Proxy;

namespace EdgePose.Fault.Tests.Cameras;

/// <summary>What a camera's stream may have wrong inside, over RTSP's own TCP connection. Each may be set at any time.</summary>
internal sealed class RtpFaults
{
    /// <summary>Added to the top byte of each RTP timestamp: one is 2^24 ticks of 90 kHz, about three minutes.</summary>
    public byte TimestampStep { get; set; }

    /// <summary>RTP timestamps run backwards.</summary>
    public bool TimestampsRunBackwards { get; set; }

    /// <summary>Added to the top byte of the NTP time in each sender report: one is 194 days.</summary>
    public byte NtpStep { get; set; }

    /// <summary>Key frames become units of a type that no decoder knows (H.264, table 7-1: 31 is unspecified).</summary>
    public bool LosesKeyFrames { get; set; }

    /// <summary>Key frames, or pieces of them, that were lost.</summary>
    public long Lost { get; private set; }

    /// <summary>Sender reports that were changed.</summary>
    public long ReportsChanged { get; private set; }

    /// <summary>An editor for a connection from server to client. Only the payload of RTP packets may be flipped.</summary>
    public IStreamEditor Edit() => new Editor(this);

    /// <summary>RTSP messages as text, between them packets behind a dollar sign (RFC 2326, 10.12).</summary>
    private sealed class Editor(RtpFaults faults) : IStreamEditor
    {
        private readonly StringBuilder line = new();
        private int body; // bytes of a message's body that are still to come
        private int contentLength;
        private int place = -1; // in a packet, its four bytes of framing included; -1 in text
        private int length;
        private bool report;
        private bool senderReport;
        private bool fragment;

        public byte? Take(byte value, out bool mayFlip)
        {
            mayFlip = false;
            if (place >= 0)
            {
                value = Packet(value, out mayFlip);
                place = ++place >= length + 4 && place >= 4 ? -1 : place;
            }
            else if (body > 0)
            {
                body--;
            }
            else if (value == '$' && line.Length == 0)
            {
                (place, length) = (1, int.MaxValue - 4);
            }
            else
            {
                Text((char)value);
            }

            return value;
        }

        private void Text(char value)
        {
            line.Append(value);
            if (value != '\n')
            {
                return;
            }

            var text = line.ToString().Trim();
            line.Clear();
            if (text.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            {
                contentLength = int.Parse(text.AsSpan("Content-Length:".Length), CultureInfo.InvariantCulture);
            }
            else if (text.Length == 0)
            {
                (body, contentLength) = (contentLength, 0);
            }
        }

        private byte Packet(byte value, out bool mayFlip)
        {
            mayFlip = false;
            switch (place)
            {
                case 1:
                    report = value % 2 == 1;
                    return value;
                case 2:
                    length = value << 8;
                    return value;
                case 3:
                    length |= value;
                    return value;
            }

            return report ? Report(place - 4, value) : Rtp(place - 4, value, out mayFlip);
        }

        private byte Report(int at, byte value)
        {
            senderReport = at == 1 ? value == 200 : senderReport; // RFC 3550, 6.4.1; its NTP time begins at byte 8
            if (at == 8 && senderReport && faults.NtpStep != 0)
            {
                faults.ReportsChanged++;
                return (byte)(value + faults.NtpStep);
            }

            return value;
        }

        private byte Rtp(int at, byte value, out bool mayFlip)
        {
            mayFlip = at >= 14;
            if (at is >= 4 and < 8)
            {
                value = faults.TimestampsRunBackwards ? (byte)~value : value;
                return at == 4 ? (byte)(value + faults.TimestampStep) : value;
            }

            // RFC 6184: byte 12 holds the unit's type, or 28 for a piece of one, whose type is in byte 13 then. 5 is a key frame's slice.
            fragment = at == 12 ? (value & 31) == 28 : fragment;
            if (faults.LosesKeyFrames && (value & 31) == 5 && (at == 12 || (at == 13 && fragment)))
            {
                faults.Lost++;
                return (byte)(value | 31);
            }

            return value;
        }
    }
}
