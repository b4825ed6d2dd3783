using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using EdgePose.Inference.Retry;
using Microsoft.Extensions.Logging;

namespace EdgePose.Cameras.Supervision;

/// <summary>
/// Keeps one camera running: starts its decoder process, moves its frames into the mailbox, and starts another after a fault.
/// All retrying is here. Each camera has its own thread, so one that is offline delays no other. A fault of the program ends one run and is reported like any other.
/// </summary>
public sealed partial class CameraSupervisor
{
    // A camera that goes offline and comes back writes two lines.
    private const int LinesAtOnce = 4;

    private volatile DecoderSettings settings;
    private readonly CameraFeed feed;
    private readonly FramePool pool;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Random random;
    private readonly BackOff backOff;
    private readonly ShortRuns shortRuns;
    private readonly DecoderLog decoderLog;
    private readonly DecoderStart children;
    private readonly LineBudget lines;
    private readonly PictureCheck picture;
    private readonly CaptureTimes times;
    private readonly PictureLimits limits;
    private readonly StatusBoard board;
    private DecoderSession session;
    private int refusals;

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
            Camera = config,
            Password = password,
            MaxWidthPx = maxWidthPx,
            MaxHeightPx = maxHeightPx,
            EndsWithStarter = true, // each process is started on the camera's own thread, which outlives it
        };
        decoderLog = new DecoderLog(password, time, line => LogDecoderLine(config.Id, line));
        children = new DecoderStart(command, decoderLog.Line);
        random = new Random(StringComparer.Ordinal.GetHashCode(config.Id));
        backOff = new BackOff(random);
        shortRuns = new ShortRuns(time);
        lines = new LineBudget(LinesAtOnce, time);
        picture = new PictureCheck(time);
        picture.Changed += PictureChanged;
        board = new StatusBoard(feed, picture, time, (now, fault) => LogListenerFailed(now.Id, now.State, fault));
        times = new CaptureTimes(time, away => LogClockDoubted(config.Id, away.TotalSeconds));
        limits = new PictureLimits(TimeSpan.FromSeconds(config.StallSeconds), TimeSpan.FromSeconds(config.FirstPictureSeconds));
        session = NewSession();
    }

    /// <summary>Raised, on the camera's thread, when the state changes.</summary>
    public event Action<CameraStatus>? Changed
    {
        add => board.Changed += value;
        remove => board.Changed -= value;
    }

    /// <summary>Raised, on the camera's thread, with something about the source that is worth a line, such as a file that is cut short.</summary>
    public event Action<string>? Noted;

    /// <summary>The state and the counters now.</summary>
    public CameraStatus Status => board.Now;

    /// <summary>How long ago the newest frame came; null before the first.</summary>
    public TimeSpan? LastFrameAge => feed.Mailbox.LastPublished is var last && last != 0 ? time.GetElapsedTime(last) : null;

    /// <summary>Process id of the decoder child that runs now; 0 when none does.</summary>
    public int DecoderProcessId => session.ProcessId;

    /// <summary>The camera's section of the configuration.</summary>
    public CameraConfig Config => feed.Config;

    /// <summary>Frames are scaled down to at most this size from the decoder's next start on; until then they keep their size.</summary>
    public void ScaleTo((int WidthPx, int HeightPx) size) => settings = settings with { MaxWidthPx = size.WidthPx, MaxHeightPx = size.HeightPx };

    /// <summary>Runs until <paramref name="stop"/> is set or a file has ended; leaves no child behind.</summary>
    public Task RunAsync(CancellationToken stop) => Task.Factory.StartNew(() => Run(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken stop)
    {
        try
        {
            for (; !stop.IsCancellationRequested; board.CountRestart())
            {
                try
                {
                    if (!TryRunOnce(stop))
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

    /// <summary>One run of a decoder process, and the wait after it.</summary>
    /// <returns>False after the last: it was stopped, or the source has ended.</returns>
    private bool TryRunOnce(CancellationToken stop)
    {
        board.Set(CameraState.Connecting, CameraFault.None, string.Empty);
        session = NewSession();
        var (fault, message) = session.Run(children.Take, settings, stop);
        picture.Forget();
        if (stop.IsCancellationRequested)
        {
            return false;
        }

        if (fault == CameraFault.None)
        {
            board.Set(CameraState.Ended, fault, string.Empty);
            LogState(feed.Config.Id, CameraState.Ended);
            feed.End();
            return false;
        }

        TryAgainLater(fault, message, stop);
        return true;
    }

    /// <summary>After a fault of the program: waits as after any other fault, without the steps that may have failed.</summary>
    private void RestAfter(Exception fault, CancellationToken stop)
    {
        shortRuns.Count(session.WasStable, session.AnyFrame);
        if (session.WasStable)
        {
            backOff.Reset();
        }

        var pause = backOff.Next();
        LogProgramFault(feed.Config.Id, pause.TotalSeconds, fault);
        picture.Forget();
        board.Set(CameraState.Offline, CameraFault.DecoderFailed, decoderLog.Clean(ProgramFault.Describe(fault)));
        stop.WaitHandle.WaitOne(pause);
    }

    private void TryAgainLater(CameraFault fault, string message, CancellationToken stop)
    {
        shortRuns.Count(session.WasStable, session.AnyFrame);
        refusals = fault == CameraFault.Unauthorized ? refusals + 1 : 0;
        if (fault == CameraFault.Unauthorized && refusals <= RetryWait.RefusalsOfFullCamera && feed.IsLive(RetryWait.Lately))
        {
            (fault, message) = (CameraFault.Unreachable, "the camera refuses a login that it accepted lately; it may have no session left, so close other viewers");
        }

        var wait = RetryWait.After(fault, session.WasStable, feed.IsLive(RetryWait.Lately), shortRuns, backOff);
        var state = fault == CameraFault.Unauthorized ? CameraState.Unauthorized : CameraState.Offline;
        if (lines.TryTake(out var leftOut))
        {
            LogFault(feed.Config.Id, state, message, wait.Pause.TotalSeconds, leftOut == 0 ? string.Empty : $" ({leftOut} similar lines left out)");
        }

        board.Set(state, fault, message);
        if (session.AnyFrame)
        {
            children.Expect();
        }

        if (fault != CameraFault.Unauthorized)
        {
            children.Prepare();
        }

        if (wait.For(feed.Source, fault, random, time, stop))
        {
            backOff.Reset(); // it was absent and answers again, so earlier faults say nothing about it
            shortRuns.Reset();
        }
    }

    private DecoderSession NewSession()
    {
        var next = new DecoderSession(feed, pool, picture, times, limits, decoderLog, time);
        next.Noted += text =>
        {
            if (lines.TryTake(out _))
            {
                LogNote(feed.Config.Id, text);
            }

            Noted?.Invoke(text);
        };
        next.Running += () =>
        {
            board.Set(CameraState.Running, CameraFault.None, string.Empty);
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

        board.Report();
    }
}
