using System.Globalization;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>
/// Says of a soak whether all stayed flat, as is promised for what comes after the first hour: the memory of the daemon and of each decoder child, their descriptors and threads.
/// A child that leaks does not grow for ever: it is killed at its memory limit and started again. So a child that is not one of those of the beginning is a fault, too.
/// </summary>
internal static class SoakJudge
{
    /// <summary>Promised of each process.</summary>
    private const double LimitMegabytesPerHour = 1;

    /// <summary>The promise leaves these minutes for caches and buffers to fill.</summary>
    private const int WarmMinutes = 60;

    /// <summary>By then everything has started: descriptors, threads and children are those that stay.</summary>
    private const int StartedMinutes = 5;

    /// <summary>Threads and descriptors come and go by a few with the pool's mood.</summary>
    private const int Spare = 2;

    private const int FewestPoints = 3;

    /// <summary>Judges.</summary>
    /// <param name="seen">A figure for each minute, from the start on.</param>
    public static SoakVerdict Judge(IReadOnlyList<SoakMinute> seen)
    {
        ArgumentOutOfRangeException.ThrowIfZero(seen.Count);
        var minutes = seen[^1].Minute;
        var from = Math.Min(WarmMinutes, (minutes + 1) / 2);
        var judged = seen.Where(minute => minute.Minute >= from).ToArray();
        var verdict = new SoakVerdict();
        if (judged.Length < FewestPoints)
        {
            verdict.Fault("too short for a slope: take at least 4 minutes");
            return verdict;
        }

        verdict.Say(from == WarmMinutes
            ? $"judged from minute {from} on"
            : $"judged from minute {from} on, the second half: shorter than two hours, and so a part of it is of the first hour, in which growing is no fault");
        var first = seen.First(minute => minute.Minute >= Math.Min(StartedMinutes, minutes / 2));
        JudgeMemory(verdict, "the daemon", judged, minute => minute.Daemon);
        JudgeHandles(verdict, "the daemon", first.Daemon, judged[^1].Daemon);
        JudgeDecoders(verdict, first, seen, judged);
        JudgePoses(verdict, seen);
        return verdict;
    }

    private static void JudgeDecoders(SoakVerdict verdict, SoakMinute first, IReadOnlyList<SoakMinute> seen, SoakMinute[] judged)
    {
        verdict.Check(first.Decoders.Count > 0, "decoder children that ran after the start", $"{first.Decoders.Count}");
        var later = seen.Where(minute => minute.Minute > first.Minute).ToArray();
        var restarted = later.SelectMany(minute => minute.Decoders.Keys).Distinct().Except(first.Decoders.Keys).Count();
        verdict.Check(restarted == 0, "decoder children that were started again", $"{restarted}");
        foreach (var id in first.Decoders.Keys.Order())
        {
            var who = $"decoder child {id}";
            if (later.All(minute => minute.Decoders.ContainsKey(id)))
            {
                JudgeMemory(verdict, who, judged, minute => minute.Decoders[id]);
                JudgeHandles(verdict, who, first.Decoders[id], judged[^1].Decoders[id]);
            }
            else
            {
                verdict.Fault($"{who} ended in or before minute {later.First(minute => !minute.Decoders.ContainsKey(id)).Minute}");
            }
        }
    }

    private static void JudgeMemory(SoakVerdict verdict, string who, SoakMinute[] judged, Func<SoakMinute, ProcessFigures> figures)
    {
        var (slope, error) = ProcessFigures.Slope([.. judged.Select(minute => (minute.Minute / 60.0, figures(minute).ResidentKilobytes / 1024.0))]);
        // A slope within two standard errors of the limit is not shown to be above it.
        var isKept = slope - (2 * error) <= LimitMegabytesPerHour;
        verdict.Check(isKept, $"memory of {who}", string.Create(CultureInfo.InvariantCulture,
            $"{slope:+0.00;-0.00} MB/h, standard error {error:F2} MB/h; promised at most {LimitMegabytesPerHour} MB/h"));
        if (!isKept)
        {
            foreach (var grown in ResidentMappings.Grown([.. judged.Select(minute => (minute.Minute, figures(minute).Mappings))]))
            {
                verdict.Say($"    {grown}");
            }
        }
    }

    private static void JudgeHandles(SoakVerdict verdict, string who, ProcessFigures first, ProcessFigures last)
    {
        verdict.Check(last.Descriptors <= first.Descriptors + Spare, $"descriptors of {who}", $"{first.Descriptors} -> {last.Descriptors}");
        verdict.Check(last.Threads <= first.Threads + Spare, $"threads of {who}", $"{first.Threads} -> {last.Threads}");
    }

    private static void JudgePoses(SoakVerdict verdict, IReadOnlyList<SoakMinute> seen)
    {
        // The first figure is of the start.
        var silent = seen.Zip(seen.Skip(1)).Count(pair => pair.Second.Poses == pair.First.Poses);
        verdict.Check(silent == 0, "minutes without a pose", $"{silent}");
    }
}
