using EdgePose.Cameras.Frames;
using EdgePose.Daemon.Telemetry;

namespace EdgePose.Daemon.Overload;

/// <summary>Measures how the device copes: the network's thread, what each camera got and lost, the age of frames, the heat. Off the hot path: it looks at counters that are kept anyway.</summary>
/// <param name="meter">The pipeline's times.</param>
/// <param name="cameras">The cameras that run now.</param>
/// <param name="preparesBeside">Whether batches are prepared while the network runs, so that preparing is no part of its time.</param>
/// <param name="time">The clock.</param>
public sealed class LoadMeter(PipelineMeter meter, CameraSet cameras, Func<bool> preparesBeside, TimeProvider time)
{
    /// <summary>Rates of about one a second want a window of many: a frame more or less is a tenth then.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Queue<(long At, TimeSpan Busy)> work = new();
    private readonly Dictionary<CameraFeed, Queue<Counters>> histories = [];

    /// <summary>One look; to be called every second.</summary>
    /// <param name="lowerAreKeptBack">Whether a step keeps the cameras below the highest priority back: what they lose is meant then.</param>
    /// <param name="heat">How hot it is.</param>
    public Load Look(bool lowerAreKeptBack, (Heat Heat, string Zone) heat)
    {
        var now = time.GetTimestamp();
        var feeds = cameras.Current;
        var highest = feeds.Length == 0 ? 0 : feeds.Max(feed => feed.Config.Priority);
        var hasLower = feeds.Any(feed => feed.Config.Priority < highest);
        double? starved = null, served = null;
        long importantOffered = 0, importantDone = 0;
        foreach (var feed in feeds)
        {
            var (seconds, inferred, lost) = Since(feed, now);
            var isImportant = feed.Config.Priority == highest;
            importantOffered += isImportant ? inferred + lost : 0;
            importantDone += isImportant ? inferred : 0;
            if ((!isImportant && lowerAreKeptBack) || seconds < Window.TotalSeconds / 2)
            {
                continue;
            }

            var fps = (inferred + 1) / seconds; // a frame that is about to be done is no frame too few
            served = inferred + lost > 0 && !(fps >= served) ? fps : served;
            starved = lost > 0 && !(fps >= starved) ? fps : starved;
        }

        Forget(feeds);
        return new Load
        {
            Utilisation = Utilisation(now), LeastStarvedFps = starved, LeastServedFps = served, OldestFrame = meter.TakeOldestFrame(), Heat = heat.Heat, HottestZone = heat.Zone,
            ImportantServed = hasLower && importantOffered > 0 ? (double)importantDone / importantOffered : 1,
        };
    }

    private double Utilisation(long now)
    {
        var busy = meter[PipelineStep.Infer].Total + meter[PipelineStep.Group].Total + meter[PipelineStep.Track].Total + meter[PipelineStep.Observe].Total
            + (preparesBeside() ? TimeSpan.Zero : meter[PipelineStep.Prepare].Total);
        work.Enqueue((now, busy));
        while (work.Count > 2 && time.GetElapsedTime(work.Peek().At, now) > Window)
        {
            work.Dequeue();
        }

        var (at, before) = work.Peek();
        var elapsed = time.GetElapsedTime(at, now);
        return elapsed > TimeSpan.Zero ? Math.Clamp((busy - before) / elapsed, 0, 1) : 0;
    }

    /// <summary>What became of a camera's frames within the window.</summary>
    private (double Seconds, long Inferred, long Lost) Since(CameraFeed feed, long now)
    {
        if (!histories.TryGetValue(feed, out var history))
        {
            histories[feed] = history = new Queue<Counters>();
        }

        var latest = new Counters(now, feed.Counts.Inferred, feed.Counts.Superseded);
        history.Enqueue(latest);
        while (history.Count > 2 && time.GetElapsedTime(history.Peek().At, now) > Window)
        {
            history.Dequeue();
        }

        var first = history.Peek();
        return (time.GetElapsedTime(first.At, now).TotalSeconds, latest.Inferred - first.Inferred, latest.Lost - first.Lost);
    }

    private void Forget(CameraFeed[] feeds)
    {
        foreach (var gone in histories.Keys.Except(feeds).ToArray())
        {
            histories.Remove(gone);
        }
    }

    private readonly record struct Counters(long At, long Inferred, long Lost);
}
