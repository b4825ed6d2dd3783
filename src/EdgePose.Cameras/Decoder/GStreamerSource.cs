using System.Runtime.InteropServices;
using EdgePose.Cameras.Sources;

namespace EdgePose.Cameras.Decoder;

/// <summary>Decodes one source with GStreamer and writes its frames, until it ends or fails.</summary>
internal sealed class GStreamerSource(DecoderSettings settings, DecoderWriter writer)
{
    private const int ErrorMessage = 1 << 1; // GST_MESSAGE_ERROR
    private const ulong PullNanoseconds = 200_000_000;
    private static readonly TimeSpan BusInterval = TimeSpan.FromSeconds(1);

    private readonly bool live = SourceAddress.KindOf(settings.Address) is SourceKind.Rtsp or SourceKind.Device;

    public int Run()
    {
        GStreamer.Init(IntPtr.Zero, IntPtr.Zero);
        var media = new MediaTime(live, settings.Pace);
        while (true)
        {
            if (!TryPlay(media))
            {
                return 1;
            }

            if (!settings.Loop || live)
            {
                writer.End();
                return 0;
            }

            media.Loop();
        }
    }

    /// <summary>Plays the source once, to its end.</summary>
    /// <returns>False after a fault, which was told.</returns>
    private bool TryPlay(MediaTime media)
    {
        var pipeline = GStreamer.ParseLaunch(PipelineDescription.For(settings, GStreamer.HasElement), out var parseError);
        if (pipeline == IntPtr.Zero)
        {
            var reason = Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(parseError, 8)) ?? "unknown";
            return Fail(CameraFault.PipelineInvalid, FaultClassifier.Describe(CameraFault.PipelineInvalid, reason));
        }

        var sink = GStreamer.ByName(pipeline, "frames");
        if (sink == IntPtr.Zero)
        {
            return Fail(CameraFault.PipelineInvalid, FaultClassifier.Describe(CameraFault.PipelineInvalid, "no element 'appsink name=frames' in it"));
        }

        Configure(pipeline);
        using var pictures = new PictureSender(pipeline, media, writer);
        var bus = GStreamer.Bus(pipeline);
        GStreamer.SetState(pipeline, GStreamer.StatePlaying);
        try
        {
            // Told before the pipeline is taken down, which may wait for the camera and would look like a child that hangs.
            var (fault, text) = PullAll(sink, bus, pictures);
            return fault == CameraFault.None || Fail(fault, text);
        }
        finally
        {
            GStreamer.SetState(pipeline, GStreamer.StateNull);
            GStreamer.Unref(bus);
            GStreamer.Unref(sink);
            GStreamer.Unref(pipeline);
        }
    }

    private bool Fail(CameraFault fault, string text)
    {
        writer.Fault(fault, text);
        return false;
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

    private (CameraFault Fault, string Text) PullAll(IntPtr sink, IntPtr bus, PictureSender pictures)
    {
        (CameraFault, string)? failed = null;
        var looked = TimeProvider.System.GetTimestamp();
        while (true)
        {
            // While pictures come, too: elements warn with every lost packet, and what nobody takes off the bus stays there.
            if (failed is null && TimeProvider.System.GetElapsedTime(looked) > BusInterval)
            {
                failed = TakeError(bus);
                looked = TimeProvider.System.GetTimestamp();
            }

            var sample = GStreamer.TryPullSample(sink, PullNanoseconds);
            if (sample != IntPtr.Zero)
            {
                var sent = pictures.TrySend(sample);
                GStreamer.UnrefMini(sample);
                if (!sent)
                {
                    return (CameraFault.PipelineInvalid, FaultClassifier.Describe(CameraFault.PipelineInvalid, "it gives no BGRx; put 'videoconvert ! video/x-raw,format=BGRx' before its appsink"));
                }

                continue;
            }

            if ((failed ?? TakeError(bus)) is { } fault)
            {
                return fault; // only now that no picture comes any more: some may have been on their way
            }

            if (GStreamer.IsEndOfStream(sink) != 0)
            {
                return live ? (CameraFault.Unreachable, FaultClassifier.Describe(CameraFault.Unreachable, "the camera ended the stream")) : (CameraFault.None, string.Empty);
            }

            writer.Heartbeat();
        }
    }

    /// <summary>The first error on the bus, if there is one. All that lies before it is thrown away.</summary>
    private static (CameraFault Fault, string Text)? TakeError(IntPtr bus)
    {
        var message = GStreamer.PopMessage(bus, ErrorMessage);
        if (message == IntPtr.Zero)
        {
            return null;
        }

        var fault = FaultClassifier.Read(message);
        GStreamer.UnrefMini(message);
        return fault;
    }
}
