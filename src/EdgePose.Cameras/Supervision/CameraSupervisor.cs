using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using EdgePose.Daemon;
using EdgePose.Daemon.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgePose.Cameras.Supervision;

/// <summary>
/// Keeps one camera running: starts its decoder child, moves its frames into the mailbox, and when it fails, ends or hangs, waits and starts
/// another. All retrying is here, and each camera has its own thread: one that is away delays no other. A fault of the program costs the camera its turn, and is
/// told like any other: no camera ends without a word.
/// </summary>
public sealed partial class CameraSupervisor
{
    // A camera that goes and comes writes two lines; then one a second, whatever happens to it.
    private const int LinesAtOnce = 4;

    private volatile DecoderSettings settings;
    private readonly CameraFeed feed;
    private readonly FramePool pool;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Random random;
    private readonly BackOff backOff;
    private readonly ShortLives shortLives;
    private readonly DecoderLog decoderLog;
    private readonly DecoderStart children;
    private readonly LineBudget lines;
    private readonly PictureCheck picture;
    private readonly CaptureTimes times;
    private readonly Lock statusGate = new();
    private CameraStatus status;
    private DecoderSession session;
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
        (this.feed, this.pool, this.time, this.logger) = (feed, pool, time, logger);
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
            EndsWithStarter = true, // each child is started on the camera's own thread, which outlives it
        };
        decoderLog = new DecoderLog(password, time, line => LogDecoderLine(config.Id, line));
        children = new DecoderStart(command, decoderLog.Line);
        random = new Random(StringComparer.Ordinal.GetHashCode(config.Id));
        backOff = new BackOff(random);
        shortLives = new ShortLives(time);
        lines = new LineBudget(LinesAtOnce, time);
        picture = new PictureCheck(time);
        picture.Changed += PictureChanged;
        times = new CaptureTimes(time, away => LogClockDoubted(config.Id, away.TotalSeconds));
        session = NewSession();
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
                    FramesReceived = feed.Counts.Received,
                    FramesInferred = feed.Counts.Inferred,
                    FramesSuperseded = feed.Counts.Superseded,
                    FramesCapped = feed.Counts.Capped,
                    FramesFaulty = feed.Counts.Faulty,
                    FramesFailed = feed.Counts.Failed, // last, as it is counted first: no frame whose run failed looks like one of maps that are not finite
                    Restarts = Interlocked.Read(ref restarts),
                    Picture = picture.State,
                    PictureFaults = picture.Faults,
                };
            }
        }
    }

    /// <summary>How long ago the newest frame came; null before the first.</summary>
    public TimeSpan? LastFrameAge => feed.Mailbox.LastPublished is var last && last != 0 ? time.GetElapsedTime(last) : null;

    /// <summary>Process id of the decoder child that runs now; 0 when none does.</summary>
    public int DecoderProcessId => session.ProcessId;

    /// <summary>Frames are scaled down to at most this size from the decoder's next start on; until then they keep the size that they have.</summary>
    public void ScaleTo(int widthPx, int heightPx) => settings = settings with { MaxWidthPx = widthPx, MaxHeightPx = heightPx };

    /// <summary>Runs until <paramref name="stop"/> is set or a file has ended; leaves no child behind.</summary>
    public Task RunAsync(CancellationToken stop) => Task.Factory.StartNew(() => Run(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken stop)
    {
        try
        {
            for (; !stop.IsCancellationRequested; Interlocked.Increment(ref restarts))
            {
                try
                {
                    if (!TryTurn(stop))
                    {
                        return;
                    }
                }
                catch (Exception fault) when (fault is not OutOfMemoryException)
                {
                    RestAfter(fault, stop);
                }
            }
        }
        finally
        {
            children.Dispose();
        }
    }

    /// <summary>One life of a decoder child, and the wait after it.</summary>
    /// <returns>False after the last: it was stopped, or the source has come to its end.</returns>
    private bool TryTurn(CancellationToken stop)
    {
        SetState(CameraState.Connecting, CameraFault.None, string.Empty);
        session = NewSession();
        var (fault, message) = session.Run(children.Take, settings, stop);
        picture.Forget();
        if (stop.IsCancellationRequested)
        {
            return false;
        }

        if (fault == CameraFault.None)
        {
            SetState(CameraState.Ended, fault, string.Empty);
            LogState(feed.Config.Id, CameraState.Ended);
            feed.End();
            return false;
        }

        TryAgainLater(fault, message, stop);
        return true;
    }

    /// <summary>After a fault of the program, wherever in a turn: waits as after any other, but takes none of the steps that may have been at fault.</summary>
    private void RestAfter(Exception fault, CancellationToken stop)
    {
        shortLives.Count(session.WasStable, session.AnyFrame);
        if (session.WasStable)
        {
            backOff.Reset();
        }

        var pause = backOff.Next();
        LogProgramFault(feed.Config.Id, pause.TotalSeconds, fault);
        picture.Forget();
        SetState(CameraState.Offline, CameraFault.DecoderFailed, decoderLog.Clean(ProgramFault.Describe(fault)));
        stop.WaitHandle.WaitOne(pause);
    }

    private void TryAgainLater(CameraFault fault, string message, CancellationToken stop)
    {
        shortLives.Count(session.WasStable, session.AnyFrame);
        var wait = RetryWait.After(fault, session.WasStable, feed.IsLive(RetryWait.Lately), shortLives, backOff);
        var state = fault == CameraFault.Unauthorized ? CameraState.Unauthorized : CameraState.Offline;
        if (lines.TryTake(out var leftOut))
        {
            LogFault(feed.Config.Id, state, message, wait.Pause.TotalSeconds, leftOut == 0 ? string.Empty : $" ({leftOut} lines like it left out)");
        }

        SetState(state, fault, message);
        if (session.AnyFrame)
        {
            children.Expect();
        }

        if (fault != CameraFault.Unauthorized)
        {
            children.Prepare();
        }

        if (wait.For(feed.Config, fault, random, time, stop))
        {
            backOff.Reset(); // it was away and answers again: what comes now is a new story
            shortLives.Reset();
        }
    }

    private DecoderSession NewSession()
    {
        var next = new DecoderSession(feed, pool, picture, times, decoderLog, time);
        next.Running += () =>
        {
            SetState(CameraState.Running, CameraFault.None, string.Empty);
            if (lines.TryTake(out _))
            {
                LogState(feed.Config.Id, CameraState.Running);
            }
        };
        return next;
    }

    private void PictureChanged(PictureState now)
    {
        if (now == PictureState.Good)
        {
            LogPictureGood(feed.Config.Id);
        }
        else
        {
            LogPictureBad(feed.Config.Id, now);
        }

        Tell();
    }

    private void SetState(CameraState state, CameraFault fault, string message)
    {
        lock (statusGate)
        {
            status = status with { State = state, Fault = fault, Message = message, Since = time.GetUtcNow() };
        }

        Tell();
    }

    /// <summary>Who listens may fail; that is no fault of the camera, and takes no turn from it.</summary>
    private void Tell()
    {
        var now = Status;
        try
        {
            Changed?.Invoke(now);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            LogUntold(now.Id, now.State, fault);
        }
    }
}
