using System.Globalization;
using System.Runtime.InteropServices;
using EdgePose.Cameras.Sources;

namespace EdgePose.Cameras.Decoder;

/// <summary>Plays a GStreamer pipeline and writes its frames, until it ends or fails.</summary>
internal sealed class PipelinePlayer(DecoderSettings settings, bool live, DecoderWriter writer)
{
    private const int ErrorMessage = 1 << 1; // GST_MESSAGE_ERROR
    private const ulong PullNanoseconds = 200_000_000;
    private const int TimeFormat = 3; // GST_FORMAT_TIME

    /// <summary>The certificates that Debian trusts. Without a file, GStreamer 1.22 trusts none.</summary>
    private const string SystemCertificates = "/etc/ssl/certs/ca-certificates.crt";

    private static readonly TimeSpan BusInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(0.2);

    /// <summary>A wait for a key frame that is worth a line.</summary>
    private static readonly TimeSpan NotedKeyFrameWait = TimeSpan.FromSeconds(5);

    private bool hasNotedTimes;
    private bool hasNotedKeyFrame;
    private bool hasNotedEnd;

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
            return Fail(FaultText.Of(CameraFault.PipelineInvalid, reason));
        }

        var sink = GStreamer.ByName(pipeline, "frames");
        if (sink == IntPtr.Zero)
        {
            return Fail(FaultText.Of(CameraFault.PipelineInvalid, "no element 'appsink name=frames' in it"));
        }

        Configure(pipeline);
        using var tracks = new VideoTracks(pipeline, settings.Camera.VideoTrack);
        using var pictures = new PictureSender(pipeline, tracks, live, media, writer);
        var bus = GStreamer.Bus(pipeline);
        GStreamer.SetState(pipeline, GStreamer.StatePlaying);
        try
        {
            // Reported before the pipeline is stopped: that may wait for the camera, and the process would seem to hang.
            var (fault, text) = PullAll(pipeline, sink, bus, pictures, media);
            return fault == CameraFault.None || Fail((fault, text));
        }
        finally
        {
            GStreamer.SetState(pipeline, GStreamer.StateNull);
            GStreamer.Unref(bus);
            GStreamer.Unref(sink);
            GStreamer.Unref(pipeline);
        }
    }

    private bool Fail((CameraFault Fault, string Text) found)
    {
        writer.Fault(found.Fault, found.Text);
        return false;
    }

    private void Configure(IntPtr pipeline)
    {
        var source = GStreamer.ByName(pipeline, "src");
        if (source == IntPtr.Zero)
        {
            return;
        }

        if (settings.Camera.Username is { } user && GObject.HasProperty(source, "user-id"))
        {
            GObject.SetText(source, "user-id", user);
            GObject.SetText(source, "user-pw", settings.Password ?? string.Empty);
        }

        if (GObject.HasProperty(source, "add-reference-timestamp-meta")) // since GStreamer 1.22; with JetPack 6 (1.20) the time of arrival is used
        {
            GStreamer.SetProperty(source, "add-reference-timestamp-meta", "true");
        }

        if (GObject.HasProperty(source, "tcp-timeout"))
        {
            GStreamer.SetProperty(source, "tcp-timeout", "20000000"); // microseconds; a gateway may wake its camera before it answers
        }

        if (GObject.HasProperty(source, "tls-database"))
        {
            GObject.TrustOnly(source, settings.Camera.CaFile ?? SystemCertificates);
        }

        GStreamer.Unref(source);
    }

    private (CameraFault Fault, string Text) PullAll(IntPtr pipeline, IntPtr sink, IntPtr bus, PictureSender pictures, MediaTime media)
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
                    return FaultText.Of(CameraFault.PipelineInvalid, "it gives no BGRx; put 'videoconvert ! video/x-raw,format=BGRx' before its appsink");
                }

                if (media.LacksTimes)
                {
                    PlaceWithoutTimes(media);
                }

                continue;
            }

            if ((failed ?? TakeError(bus)) is { } fault)
            {
                return fault; // only when no picture comes: some may have been in the queue
            }

            if (GStreamer.IsEndOfStream(sink) != 0)
            {
                return live ? FaultText.Of(CameraFault.Unreachable, "the camera ended the stream") : EndOfRecording(pipeline, media);
            }

            writer.Heartbeat();
            if (!hasNotedKeyFrame && pictures.WaitedForKeyFrame > NotedKeyFrameWait)
            {
                hasNotedKeyFrame = true;
                writer.Note("packets come, but no key frame yet, so there is no whole picture; set a shorter key frame interval in the camera");
            }
        }
    }

    /// <summary>Reports once that a recording has no timestamps, and plays it at its rate, which GStreamer cannot do without them.</summary>
    private void PlaceWithoutTimes(MediaTime media)
    {
        if (!hasNotedTimes)
        {
            hasNotedTimes = true;
            writer.Note(string.Create(CultureInfo.InvariantCulture, $"it has no timestamps; {1 / media.Interval.TotalSeconds:0.##} pictures a second are assumed"));
        }

        for (var rest = settings.Camera.Pace == SourcePace.RealTime ? media.Interval : TimeSpan.Zero; rest > TimeSpan.Zero; rest -= HeartbeatInterval)
        {
            Thread.Sleep(rest < HeartbeatInterval ? rest : HeartbeatInterval);
            writer.Heartbeat();
        }
    }

    /// <summary>The end of a recording: no fault, unless there was no picture at all.</summary>
    private (CameraFault Fault, string Text) EndOfRecording(IntPtr pipeline, MediaTime media)
    {
        if (!media.Any)
        {
            return FaultText.Of(CameraFault.Undecodable, "it ends without a whole picture");
        }

        // A container rounds its length, and its sound may be longer than its pictures.
        if (!hasNotedEnd && GStreamer.QueryDuration(pipeline, TimeFormat, out var nanoseconds) != 0
            && nanoseconds / 1e9 is var whole && media.Played.TotalSeconds is var played && whole - played > Math.Max(1, whole / 20) + (2 * media.Interval.TotalSeconds))
        {
            hasNotedEnd = true;
            writer.Note(string.Create(CultureInfo.InvariantCulture, $"it is cut short or damaged: {played:0.0} s of {whole:0.0} s could be read"));
        }

        return (CameraFault.None, string.Empty);
    }

    /// <summary>The first error on the bus, if there is one. The messages before it are dropped.</summary>
    private (CameraFault Fault, string Text)? TakeError(IntPtr bus)
    {
        var message = GStreamer.PopMessage(bus, ErrorMessage);
        if (message == IntPtr.Zero)
        {
            return null;
        }

        var fault = BusFault.Read(message, settings.Camera.Transport);
        GStreamer.UnrefMini(message);
        return fault;
    }
}
