using System.Runtime.InteropServices;
using EdgePose.Cameras.Sources;

namespace EdgePose.Cameras.Decoder;

/// <summary>Plays a GStreamer pipeline and writes its frames, until it ends or fails.</summary>
internal sealed class PipelinePlayer(DecoderSettings settings, bool live, DecoderWriter writer)
{
    private const int ErrorMessage = 1 << 1; // GST_MESSAGE_ERROR
    private const ulong PullNanoseconds = 200_000_000;
    private static readonly TimeSpan BusInterval = TimeSpan.FromSeconds(1);

    /// <summary>Plays a pipeline, and a file that loops again at each end.</summary>
    /// <returns>The process's exit code.</returns>
    public int Run(string description)
    {
        GStreamer.Init(IntPtr.Zero, IntPtr.Zero);
        var media = new MediaTime(live, settings.Camera.Pace);
        while (true)
        {
            if (!TryPlay(description, media))
            {
                return 1;
            }

            if (!settings.Camera.Loop || live)
            {
                writer.End();
                return 0;
            }

            media.Loop();
        }
    }

    /// <summary>Plays the source once, to its end.</summary>
    /// <returns>False after a fault, which was reported.</returns>
    private bool TryPlay(string description, MediaTime media)
    {
        var pipeline = GStreamer.ParseLaunch(description, out var parseError);
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
            // Reported before the pipeline is stopped: that may wait for the camera, and the process would seem to hang.
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

        if (settings.Camera.Username is { } user && GStreamer.HasProperty(source, "user-id"))
        {
            GStreamer.SetText(source, "user-id", user);
            GStreamer.SetText(source, "user-pw", settings.Password ?? string.Empty);
        }

        if (GStreamer.HasProperty(source, "add-reference-timestamp-meta")) // since GStreamer 1.22; with JetPack 6 (1.20) the time of arrival is used
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
            // Also while pictures come: elements warn about every lost packet, and messages stay on the bus until they are taken.
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
                return fault; // only when no picture comes: some may have been in the queue
            }

            if (GStreamer.IsEndOfStream(sink) != 0)
            {
                return live ? (CameraFault.Unreachable, FaultClassifier.Describe(CameraFault.Unreachable, "the camera ended the stream")) : (CameraFault.None, string.Empty);
            }

            writer.Heartbeat();
        }
    }

    /// <summary>The first error on the bus, if there is one. The messages before it are dropped.</summary>
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
