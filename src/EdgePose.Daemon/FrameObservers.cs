using EdgePose.Inference;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon;

/// <summary>
/// The ordered list of observers. A fault of one reaches neither the pipeline nor the others: it is logged with the observer's name, at most once a minute.
/// </summary>
/// <param name="observers">In the order in which they get each result.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Gets faults. Null lets a fault end the pipeline: a replay has nobody to go on for.</param>
public sealed partial class FrameObservers(IReadOnlyList<IFrameObserver> observers, TimeProvider time, ILogger? logger)
{
    /// <summary>One call that takes longer is slow: at 10 frames a second it uses the whole of the pipeline's thread.</summary>
    public static readonly TimeSpan SlowCall = TimeSpan.FromMilliseconds(100);

    /// <summary>After a slow call the others get this many times its duration.</summary>
    private const int RestFactor = 9;

    private static readonly TimeSpan LineInterval = TimeSpan.FromMinutes(1);

    private readonly Entry[] entries = [.. observers.Select(observer => new Entry(observer))];

    /// <summary>Hands a result to each observer in turn.</summary>
    public void Observe(in FrameResult result)
    {
        foreach (var entry in entries)
        {
            if (logger is null)
            {
                entry.Observer.Observe(result);
            }
            else if (entry.RestsUntil == 0 || time.GetTimestamp() >= entry.RestsUntil)
            {
                ObserveGuarded(entry, result, logger);
            }
            else
            {
                entry.Missed++;
            }
        }
    }

    private void ObserveGuarded(Entry entry, in FrameResult result, ILogger log)
    {
        var start = time.GetTimestamp();
        try
        {
            entry.Observer.Observe(result);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            entry.Faults++;
            if (IsLineDue(ref entry.FaultLoggedAt, start))
            {
                LogFault(log, entry.Observer.Name, entry.Faults, fault);
            }
        }

        var now = time.GetTimestamp();
        var took = time.GetElapsedTime(start, now);
        if (took < SlowCall)
        {
            return;
        }

        entry.RestsUntil = entry.Observer.MayMissFrames ? now + ((now - start) * RestFactor) : 0;
        if (IsLineDue(ref entry.SlowLoggedAt, now))
        {
            LogSlow(log, entry.Observer.Name, took.TotalMilliseconds, entry.Missed);
        }
    }

    private bool IsLineDue(ref long? loggedAt, long now)
    {
        if (loggedAt is { } last && time.GetElapsedTime(last, now) < LineInterval)
        {
            return false;
        }

        loggedAt = now;
        return true;
    }

    [LoggerMessage(EventId = LogEvents.ObserverFault, Level = LogLevel.Error, Message = "Observer {Observer} failed ({Faults} times since the start); the pipeline and the other observers go on. Please report it with this log")]
    private static partial void LogFault(ILogger logger, string observer, long faults, Exception fault);

    [LoggerMessage(EventId = LogEvents.ObserverSlow, Level = LogLevel.Warning, Message = "Observer {Observer} is slow: one call took {Milliseconds:0} ms. It has missed {Missed} frames since the start")]
    private static partial void LogSlow(ILogger logger, string observer, double milliseconds, long missed);

    private sealed class Entry(IFrameObserver observer)
    {
        public long? FaultLoggedAt;
        public long? SlowLoggedAt;

        public IFrameObserver Observer { get; } = observer;

        public long RestsUntil { get; set; }

        public long Missed { get; set; }

        public long Faults { get; set; }
    }
}
