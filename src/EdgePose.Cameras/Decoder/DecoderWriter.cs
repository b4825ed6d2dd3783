using System.Runtime.InteropServices;
using System.Text;
using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;

namespace EdgePose.Cameras.Decoder;

/// <summary>Writes the decoder process's messages to its pipe.</summary>
internal sealed class DecoderWriter(Stream output)
{
    private TimeSpan spent;
    private long packets;

    /// <summary>Sends a picture of BGRx.</summary>
    public void Frame(DecoderMessage head, ReadOnlySpan<byte> pixels)
    {
        var now = Environment.CpuUsage.TotalTime;
        head.CpuTicks = spent == TimeSpan.Zero ? 0 : (now - spent).Ticks;
        spent = now;
        Write(head);
        output.Write(pixels);
        output.Flush();
    }

    /// <summary>Counts an encoded packet of the source, on any thread.</summary>
    public void CountPacket() => Interlocked.Increment(ref packets);

    /// <summary>Reports that the process runs.</summary>
    public void Heartbeat() => Write(new DecoderMessage { Magic = DecoderMessage.ExpectedMagic, Kind = DecoderMessageKind.Heartbeat });

    /// <summary>Reports that the source has ended.</summary>
    public void End() => Write(new DecoderMessage { Magic = DecoderMessage.ExpectedMagic, Kind = DecoderMessageKind.End });

    /// <summary>Reports why no more frames will come.</summary>
    public void Fault(CameraFault fault, string text) => Text(new DecoderMessage { Magic = DecoderMessage.ExpectedMagic, Kind = DecoderMessageKind.Fault, Fault = fault }, text);

    /// <summary>Reports something to log.</summary>
    public void Note(string text) => Text(new DecoderMessage { Magic = DecoderMessage.ExpectedMagic, Kind = DecoderMessageKind.Note }, text);

    private void Text(DecoderMessage head, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        head.PayloadBytes = bytes.Length;
        Write(head);
        output.Write(bytes);
        output.Flush();
    }

    private void Write(DecoderMessage head)
    {
        head.Packets = Interlocked.Read(ref packets);
        output.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<DecoderMessage>(in head)));
        output.Flush();
    }
}
