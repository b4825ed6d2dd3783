using System.Runtime.InteropServices;
using EdgePose.Daemon.Configuration;
using EdgePose.Daemon.Frames;

namespace EdgePose.Daemon.Cameras.Decoder;

/// <summary>Decodes one source with GStreamer and writes its frames, until it ends or fails.</summary>
internal sealed unsafe class GStreamerSource(DecoderSettings settings, DecoderWriter writer)
{
    private const int ErrorMessage = 1 << 1; // GST_MESSAGE_ERROR
    private const ulong PullNanoseconds = 200_000_000;

    // Seconds from 1900-01-01, where NTP counts from, to 1970-01-01 (RFC 5905).
    private const long NtpToUnixSeconds = 2_208_988_800;

    private readonly bool live = SourceAddress.KindOf(settings.Address) is SourceKind.Rtsp or SourceKind.Device;
    private readonly DateTimeOffset openedAt = DateTimeOffset.UtcNow;
    private readonly long openedTimestamp = TimeProvider.System.GetTimestamp();
    private IntPtr ntpCaps;
    private long sequence;
    private TimeSpan loopOffset;
    private TimeSpan lastMediaTime;

    public int Run()
    {
        GStreamer.Init(IntPtr.Zero, IntPtr.Zero);
        ntpCaps = GStreamer.CapsFromString("timestamp/x-ntp");
        while (true)
        {
            var (fault, text) = Play();
            if (fault != CameraFault.None)
            {
                writer.Fault(fault, text);
                return 1;
            }

            if (!settings.Loop || live)
            {
                writer.End();
                return 0;
            }

            loopOffset = lastMediaTime + TimeSpan.FromMilliseconds(40);
        }
    }

    /// <summary>Plays the source once. No fault means that it came to its end.</summary>
    private (CameraFault Fault, string Text) Play()
    {
        var pipeline = GStreamer.ParseLaunch(PipelineDescription.For(settings, GStreamer.HasElement), out var parseError);
        if (pipeline == IntPtr.Zero)
        {
            var reason = Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(parseError, 8)) ?? "unknown";
            return (CameraFault.PipelineInvalid, FaultClassifier.Describe(CameraFault.PipelineInvalid, reason));
        }

        var sink = GStreamer.ByName(pipeline, "frames");
        if (sink == IntPtr.Zero)
        {
            return (CameraFault.PipelineInvalid, FaultClassifier.Describe(CameraFault.PipelineInvalid, "no element 'appsink name=frames' in it"));
        }

        Configure(pipeline);
        var bus = GStreamer.Bus(pipeline);
        GStreamer.SetState(pipeline, GStreamer.StatePlaying);
        try
        {
            return Pull(pipeline, sink, bus);
        }
        finally
        {
            GStreamer.SetState(pipeline, GStreamer.StateNull);
            GStreamer.Unref(bus);
            GStreamer.Unref(sink);
            GStreamer.Unref(pipeline);
        }
    }

    private void Configure(IntPtr pipeline)
    {
        var source = GStreamer.ByName(pipeline, "src");
        if (source == IntPtr.Zero)
        {
            return;
        }

        if (settings.Username is { } user && GStreamer.HasProperty(source, "user-id"))
        {
            GStreamer.SetText(source, "user-id", user);
            GStreamer.SetText(source, "user-pw", settings.Password ?? string.Empty);
        }

        if (GStreamer.HasProperty(source, "add-reference-timestamp-meta")) // since 1.22; JetPack 6 has 1.20, where the arrival counts
        {
            GStreamer.SetProperty(source, "add-reference-timestamp-meta", "true");
        }

        if (GStreamer.HasProperty(source, "tcp-timeout"))
        {
            GStreamer.SetProperty(source, "tcp-timeout", "5000000"); // microseconds
        }

        GStreamer.Unref(source);
    }

    private (CameraFault Fault, string Text) Pull(IntPtr pipeline, IntPtr sink, IntPtr bus)
    {
        var sizeElement = GStreamer.ByName(pipeline, "size");
        try
        {
            return PullAll(sink, bus, sizeElement);
        }
        finally
        {
            if (sizeElement != IntPtr.Zero)
            {
                GStreamer.Unref(sizeElement);
            }
        }
    }

    private (CameraFault Fault, string Text) PullAll(IntPtr sink, IntPtr bus, IntPtr sizeElement)
    {
        while (true)
        {
            var sample = GStreamer.TryPullSample(sink, PullNanoseconds);
            if (sample != IntPtr.Zero)
            {
                var sent = TrySend(sample, sizeElement);
                GStreamer.UnrefMini(sample);
                if (!sent)
                {
                    return (CameraFault.PipelineInvalid, FaultClassifier.Describe(CameraFault.PipelineInvalid, "it gives no BGRx; put 'videoconvert ! video/x-raw,format=BGRx' before its appsink"));
                }

                continue;
            }

            var message = GStreamer.PopMessage(bus, ErrorMessage);
            if (message != IntPtr.Zero)
            {
                var fault = FaultClassifier.Read(message);
                GStreamer.UnrefMini(message);
                return fault;
            }

            if (GStreamer.IsEndOfStream(sink) != 0)
            {
                return live ? (CameraFault.Unreachable, FaultClassifier.Describe(CameraFault.Unreachable, "the camera ended the stream")) : (CameraFault.None, string.Empty);
            }

            writer.Heartbeat();
        }
    }

    /// <summary>Sends a picture.</summary>
    /// <returns>False when it is none, or not BGRx: an operator's own pipeline may give anything.</returns>
    private bool TrySend(IntPtr sample, IntPtr sizeElement)
    {
        var buffer = GStreamer.SampleBuffer(sample);
        var structure = GStreamer.Structure(GStreamer.SampleCaps(sample), 0);
        GStreamer.GetInt(structure, "width", out var width);
        GStreamer.GetInt(structure, "height", out var height);
        if (width <= 0 || height <= 0 || !IsBgrx(structure) || GStreamer.Map(buffer, out var map, GStreamer.MapRead) == 0)
        {
            return false;
        }

        var (sourceWidth, sourceHeight) = SourceSize(sizeElement, width, height);
        var (capturedAt, clock, monotonic) = CaptureTime(buffer);
        var head = new DecoderMessage
        {
            Magic = DecoderMessage.ExpectedMagic,
            Kind = DecoderMessageKind.Frame,
            PayloadBytes = (int)map.Size,
            WidthPx = width,
            HeightPx = height,
            StrideBytes = (int)(map.Size / (nuint)height),
            SourceWidthPx = sourceWidth,
            SourceHeightPx = sourceHeight,
            ClockKind = (int)clock,
            Sequence = sequence++,
            CapturedUtcTicks = capturedAt.UtcTicks,
            CapturedMonotonicTicks = monotonic.Ticks,
        };
        writer.Frame(head, new ReadOnlySpan<byte>((void*)map.Data, (int)map.Size));
        GStreamer.Unmap(buffer, ref map);
        return true;
    }

    /// <summary>BGRx, or BGRA, whose fourth byte is passed over just the same.</summary>
    private static bool IsBgrx(IntPtr structure)
    {
        var format = GStreamer.GetString(structure, "format");
        if (format == IntPtr.Zero)
        {
            return false;
        }

        var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)format);
        return name.SequenceEqual("BGRx"u8) || name.SequenceEqual("BGRA"u8);
    }

    /// <summary>The stream's own size, before it was scaled; the frame's own where an operator's pipeline does not tell.</summary>
    private static (int Width, int Height) SourceSize(IntPtr sizeElement, int width, int height)
    {
        if (sizeElement == IntPtr.Zero)
        {
            return (width, height);
        }

        var pad = GStreamer.StaticPad(sizeElement, "sink");
        var caps = GStreamer.CurrentCaps(pad);
        GStreamer.Unref(pad);
        if (caps == IntPtr.Zero)
        {
            return (width, height);
        }

        var structure = GStreamer.Structure(caps, 0);
        var known = GStreamer.GetInt(structure, "width", out var sourceWidth) != 0 & GStreamer.GetInt(structure, "height", out var sourceHeight) != 0;
        GStreamer.UnrefMini(caps);
        return known ? (sourceWidth, sourceHeight) : (width, height);
    }

    private (DateTimeOffset At, CaptureClock Clock, TimeSpan Monotonic) CaptureTime(IntPtr buffer)
    {
        var elapsed = TimeProvider.System.GetElapsedTime(openedTimestamp);
        var pts = GStreamer.PresentationTime(buffer);
        if (!live)
        {
            lastMediaTime = loopOffset + (pts == GStreamer.NoTime ? TimeSpan.Zero : TimeSpan.FromTicks((long)(pts / 100)));
            return (settings.Pace == SourcePace.RealTime ? DateTimeOffset.UtcNow : openedAt + lastMediaTime, CaptureClock.File, lastMediaTime);
        }

        var meta = GStreamer.ReferenceTimestamp(buffer, ntpCaps);
        if (meta == IntPtr.Zero)
        {
            return (DateTimeOffset.UtcNow, CaptureClock.Arrival, elapsed);
        }

        var nanoseconds = GStreamer.MetaTimestamp(meta);
        var at = DateTimeOffset.UnixEpoch.AddTicks((long)(nanoseconds / 100)).AddSeconds(-NtpToUnixSeconds);
        return (at, CaptureClock.Ntp, elapsed);
    }
}
