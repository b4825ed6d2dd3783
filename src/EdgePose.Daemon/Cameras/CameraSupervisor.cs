using System.ComponentModel;
using EdgePose.Daemon.Cameras.Decoder;
using EdgePose.Daemon.Configuration;
using EdgePose.Daemon.Frames;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Cameras;

/// <summary>
/// Keeps one camera running: starts its decoder child, moves its frames into the mailbox, and when it fails, ends or hangs, waits and starts
/// another. All retrying is here, and each camera has its own thread: one that is away delays no other.
/// </summary>
public sealed partial class CameraSupervisor
{
    private volatile DecoderSettings settings;
    private readonly CameraFeed feed;
    private readonly FramePool pool;
    private readonly DecoderCommand command;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly BackOff backOff;
    private readonly DecoderLog decoderLog;
    private readonly long origin;
    private readonly Lock statusGate = new();
    private CameraStatus status;
    private DecoderWatch watch;
    private long restarts;

    /// <summary>Makes a supervisor; <see cref="RunAsync"/> starts it.</summary>
    /// <param name="feed">The camera, its mailbox and its configuration.</param>
    /// <param name="password">The RTSP password, or null.</param>
    /// <param name="maxWidthPx">Frames are scaled down to at most this width.</param>
    /// <param name="maxHeightPx">And this height.</param>
    /// <param name="pool">Memory for frames.</param>
    /// <param name="command">How to start the decoder child.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where state changes are logged.</param>
    public CameraSupervisor(
        CameraFeed feed, string? password, int maxWidthPx, int maxHeightPx, FramePool pool, DecoderCommand command, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(feed);
        ArgumentNullException.ThrowIfNull(time);
        (this.feed, this.pool, this.command, this.time, this.logger) = (feed, pool, command, time, logger);
        var config = feed.Config;
        settings = new DecoderSettings
        {
            Address = config.Address,
            Username = config.Username,
            Password = password,
            Transport = config.Transport,
            LatencyMs = config.LatencyMs,
            Pipeline = config.Pipeline,
            Pace = config.Pace,
            Loop = config.Loop,
            MaxWidthPx = maxWidthPx,
            MaxHeightPx = maxHeightPx,
        };
        decoderLog = new DecoderLog(password, time, line => LogDecoderLine(config.Id, line));
        backOff = new BackOff(new Random(StringComparer.Ordinal.GetHashCode(config.Id)));
        watch = new DecoderWatch(time);
        origin = time.GetTimestamp();
        status = new CameraStatus(config.Id, CameraState.Connecting, CameraFault.None, string.Empty, time.GetUtcNow());
    }

    /// <summary>Raised, on the camera's thread, when the state changes.</summary>
    public event Action<CameraStatus>? Changed;

    /// <summary>The state and the counters now.</summary>
    public CameraStatus Status
    {
        get
        {
            lock (statusGate)
            {
                return status with
                {
                    FramesReceived = feed.Received,
                    FramesInferred = feed.Inferred,
                    FramesSuperseded = feed.Mailbox.Superseded,
                    FramesCapped = feed.Mailbox.Capped,
                    FramesFaulty = feed.Faulty,
                    Restarts = Interlocked.Read(ref restarts),
                };
            }
        }
    }

    /// <summary>How long ago the newest frame came; null before the first.</summary>
    public TimeSpan? LastFrameAge => feed.Mailbox.LastPublished is var last && last != 0 ? time.GetElapsedTime(last) : null;

    /// <summary>Process id of the decoder child that runs now; 0 when none does.</summary>
    public int DecoderProcessId { get; private set; }

    /// <summary>Frames are scaled down to at most this size from the decoder's next start on; until then they keep the size that they have.</summary>
    public void ScaleTo(int widthPx, int heightPx) => settings = settings with { MaxWidthPx = widthPx, MaxHeightPx = heightPx };

    /// <summary>Runs until <paramref name="stop"/> is set or a file has ended; leaves no child behind.</summary>
    public Task RunAsync(CancellationToken stop) => Task.Factory.StartNew(() => Run(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken stop)
    {
        for (; !stop.IsCancellationRequested; Interlocked.Increment(ref restarts))
        {
            SetState(CameraState.Connecting, CameraFault.None, string.Empty);
            var (fault, message) = RunOnce(stop);
            if (stop.IsCancellationRequested)
            {
                return;
            }

            if (fault == CameraFault.None)
            {
                SetState(CameraState.Ended, fault, string.Empty);
                LogState(feed.Config.Id, CameraState.Ended);
                feed.End();
                return;
            }

            if (watch.WasStable)
            {
                backOff.Reset();
            }

            var pause = fault == CameraFault.Unauthorized ? BackOff.Last : backOff.Next();
            var state = fault == CameraFault.Unauthorized ? CameraState.Unauthorized : CameraState.Offline;
            LogFault(feed.Config.Id, state, message, pause.TotalSeconds);
            SetState(state, fault, message);
            stop.WaitHandle.WaitOne(pause);
        }
    }

    /// <summary>One life of a decoder child. No fault means that the source came to its end, or that it was stopped.</summary>
    private (CameraFault Fault, string Message) RunOnce(CancellationToken stop)
    {
        watch = new DecoderWatch(time);
        CameraFault watched = CameraFault.None;
        try
        {
            using var child = DecoderProcess.Start(command, settings, decoderLog.Line);
            DecoderProcessId = child.Id;
            using var kill = stop.Register(child.Kill);
            using var timer = time.CreateTimer(_ => Watch(child, ref watched), null, DecoderWatch.Interval, DecoderWatch.Interval);
            var (fault, message) = Read(child, stop);
            return watched switch
            {
                CameraFault.Stalled => (watched, FaultClassifier.Describe(watched, string.Empty)),
                CameraFault.DecoderFailed => (watched, "the decoder process hung and was killed; it is started again"),
                _ => (fault, message),
            };
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidDataException or IOException)
        {
            return (CameraFault.DecoderFailed, $"the decoder process failed: {exception.Message}");
        }
        finally
        {
            DecoderProcessId = 0;
        }
    }

    private (CameraFault Fault, string Message) Read(DecoderProcess child, CancellationToken stop)
    {
        while (child.TryRead(out var head))
        {
            watch.Message();
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
                case DecoderMessageKind.Fault:
                    return (head.Fault, decoderLog.Clean(child.ReadText(head.PayloadBytes)));
                default:
                    break; // a heartbeat has done its work by arriving
            }
        }

        return (CameraFault.DecoderFailed, "the decoder process ended unexpectedly; it is started again");
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

        var now = time.GetTimestamp();
        frame.CameraId = feed.Config.Id;
        frame.SourceWidthPx = head.SourceWidthPx;
        frame.SourceHeightPx = head.SourceHeightPx;
        frame.Sequence = feed.CountReceived();
        frame.Clock = (CaptureClock)head.ClockKind;
        frame.CapturedAt = new DateTimeOffset(head.CapturedUtcTicks, TimeSpan.Zero);
        frame.CapturedMonotonic = frame.Clock == CaptureClock.File ? TimeSpan.FromTicks(head.CapturedMonotonicTicks) : time.GetElapsedTime(origin, now);
        frame.ArrivedTimestamp = now;
        frame.DecodeCpu = TimeSpan.FromTicks(head.CpuTicks);
        feed.Mailbox.Publish(frame, stop);
        var first = !watch.AnyFrame;
        watch.Frame();
        if (first)
        {
            SetState(CameraState.Running, CameraFault.None, string.Empty);
            LogState(feed.Config.Id, CameraState.Running);
        }

        return true;
    }

    /// <summary>Kills a child that hangs or stalls; the reader then sees its pipe end.</summary>
    private void Watch(DecoderProcess child, ref CameraFault watched)
    {
        if (feed.Mailbox.IsBlocking)
        {
            return; // the network is slow, not the child
        }

        if (watch.Verdict is not CameraFault.None and var verdict)
        {
            watched = verdict;
            child.Kill();
        }
    }

    private void SetState(CameraState state, CameraFault fault, string message)
    {
        lock (statusGate)
        {
            status = status with { State = state, Fault = fault, Message = message, Since = time.GetUtcNow() };
        }

        Changed?.Invoke(Status);
    }
}
