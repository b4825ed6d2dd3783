using System.Runtime.InteropServices;
using System.Text;
using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;

namespace EdgePose.Cameras.Decoder;

/// <summary>Writes the decoder process's messages to its pipe.</summary>
internal sealed class DecoderWriter(Stream output)
{
    private TimeSpan spent;

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

    /// <summary>Reports that the process runs.</summary>
    public void Heartbeat() => Write(new DecoderMessage { Magic = DecoderMessage.ExpectedMagic, Kind = DecoderMessageKind.Heartbeat });

    /// <summary>Reports that the source has ended.</summary>
    public void End() => Write(new DecoderMessage { Magic = DecoderMessage.ExpectedMagic, Kind = DecoderMessageKind.End });

    /// <summary>Reports why no more frames will come.</summary>
    public void Fault(CameraFault fault, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Write(new DecoderMessage { Magic = DecoderMessage.ExpectedMagic, Kind = DecoderMessageKind.Fault, Fault = fault, PayloadBytes = bytes.Length });
        output.Write(bytes);
        output.Flush();
    }

    private void Write(in DecoderMessage head)
    {
        output.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<DecoderMessage>(in head)));
        output.Flush();
    }
}
