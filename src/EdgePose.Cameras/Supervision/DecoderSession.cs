using System.ComponentModel;
using System.Globalization;
using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;

namespace EdgePose.Cameras.Supervision;

/// <summary>One run of a decoder process: starts it, puts its frames into the camera's mailbox, and kills it when it hangs, stalls or leaks.</summary>
/// <param name="feed">The camera, its mailbox and its configuration.</param>
/// <param name="pool">Memory for frames.</param>
/// <param name="picture">Checks each picture of a live camera.</param>
/// <param name="times">Sets the time of each.</param>
/// <param name="limits">How long a live camera may send no picture.</param>
/// <param name="log">Takes the lines that the process writes to its standard error.</param>
/// <param name="time">The clock.</param>
internal sealed class DecoderSession(CameraFeed feed, FramePool pool, PictureCheck picture, CaptureTimes times, PictureLimits limits, DecoderLog log, TimeProvider time)
{
    private readonly PictureWait? wait = feed.Source.IsLive ? new(time, limits) : null;
    private DecoderWatch? watch;
    private DecoderVerdict verdict;

    /// <summary>Raised at the first frame.</summary>
    public event Action? Running;

    /// <summary>Raised with something that the decoder has to say while it goes on.</summary>
    public event Action<string>? Noted;

    /// <summary>Process id of the decoder; 0 when none runs.</summary>
    public int ProcessId { get; private set; }

    /// <summary>Whether frames came for long enough to count as a success.</summary>
    public bool WasStable => watch?.WasStable == true;

    /// <summary>Whether a frame came.</summary>
    public bool AnyFrame => watch?.AnyFrame == true;

    /// <summary>Runs the process to its end. No fault means that the source ended, or that it was stopped.</summary>
    public (CameraFault Fault, string Message) Run(Func<DecoderProcess> start, DecoderSettings settings, CancellationToken stop)
    {
        try
        {
            using var child = start();
            child.Begin(settings);
            using var vitals = new ChildVitals(child.Id, child.OutputHandle);
            watch = new DecoderWatch(time, vitals, feed.Config.MaxDecoderMemoryMb * (1L << 20), wait);
            ProcessId = child.Id;
            using var kill = stop.Register(child.Kill);
            using var timer = time.CreateTimer(_ => Watch(child), null, DecoderWatch.Interval, DecoderWatch.Interval);
            var (fault, message) = Read(child, stop);
            limits.RunEnded(wait?.Frames ?? 0, verdict == DecoderVerdict.Stalled);
            return verdict switch
            {
                DecoderVerdict.Stalled => FaultText.Of(CameraFault.Stalled, string.Empty),
                DecoderVerdict.Hangs => (CameraFault.DecoderFailed, "the decoder process hung and was killed; it is started again"),
                DecoderVerdict.TooLarge => (CameraFault.DecoderFailed, string.Create(CultureInfo.InvariantCulture,
                    $"the decoder process grew beyond maxDecoderMemoryMb ({feed.Config.MaxDecoderMemoryMb}) and was killed; it is started again: raise the limit if the stream is very large")),
                _ => (fault, message),
            };
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidDataException or IOException)
        {
            return (CameraFault.DecoderFailed, $"the decoder process failed: {exception.Message}");
        }
        finally
        {
            ProcessId = 0;
        }
    }

    private (CameraFault Fault, string Message) Read(DecoderProcess child, CancellationToken stop)
    {
        while (child.TryRead(out var head))
        {
            watch!.Message(head.Packets);
            switch (head.Kind)
            {
                case DecoderMessageKind.Frame:
                    if (!TryReceive(child, head, stop))
                    {
                        return (CameraFault.DecoderFailed, "the decoder process ended in the middle of a frame");
                    }

                    break;
                case DecoderMessageKind.End:
                    return (CameraFault.None, string.Empty);
                case DecoderMessageKind.Note:
                    Noted?.Invoke(log.Clean(child.ReadText(head.PayloadBytes)));
                    break;
                case DecoderMessageKind.Fault:
                    return (head.Fault, log.Clean(child.ReadText(head.PayloadBytes)));
                default:
                    break; // a heartbeat only has to arrive
            }
        }

        return (CameraFault.DecoderFailed, $"the decoder process ended unexpectedly ({child.Ending}); it is started again");
    }

    private bool TryReceive(DecoderProcess child, in DecoderMessage head, CancellationToken stop)
    {
        var frame = pool.Rent(head.PayloadBytes);
        frame.SetSize(head.WidthPx, head.HeightPx, head.StrideBytes);
        if (!child.TryRead(frame.Pixels.AsSpan(0, head.PayloadBytes)))
        {
            frame.Release();
            return false;
        }

        frame.CameraId = feed.Config.Id;
        frame.SourceWidthPx = head.SourceWidthPx;
        frame.SourceHeightPx = head.SourceHeightPx;
        frame.Sequence = feed.CountReceived();
        frame.DecodeCpu = TimeSpan.FromTicks(head.CpuTicks);
        times.Set(frame, head);
        if (feed.Source.IsLive)
        {
            picture.Look(frame, head.Coding);
        }

        var first = !watch!.AnyFrame;
        feed.Mailbox.Publish(frame, stop);
        watch.Frame();
        if (first)
        {
            Running?.Invoke();
        }

        return true;
    }

    /// <summary>Kills a process at fault; the reader then sees its pipe end.</summary>
    private void Watch(DecoderProcess child)
    {
        if (feed.Mailbox.IsBlocking)
        {
            return; // the network is slow, not the decoder
        }

        if (watch!.Judge() is not DecoderVerdict.Well and var found)
        {
            verdict = found;
            child.Kill();
        }
    }
}
