using System.Diagnostics;

namespace EdgePose.Compression.Comparison;

/// <summary>
/// Times several actions in turn, round by round, so that other load of the machine meets all alike. The times of one round are compared; the result is the median over the rounds. Each
/// round begins with another action, so that none always comes first.
/// </summary>
public static class PairedRounds
{
    /// <summary>Unmeasured rounds, in which caches fill and buffers are made.</summary>
    private const int WarmUps = 2;

    /// <summary>The shortest time that is distinguished, so that no ratio divides by 0.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    /// <summary>Runs the rounds.</summary>
    /// <param name="actions">What is timed; the first is what the others are held against.</param>
    /// <param name="rounds">At least 1.</param>
    /// <param name="onRound">Told after each measured round.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>For each action its median time in milliseconds, and the median of the first action's time over its own.</returns>
    public static IReadOnlyList<(double Milliseconds, double Speed)> Run(IReadOnlyList<Action> actions, int rounds, Action? onRound = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(actions);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rounds);
        var times = new double[actions.Count][];
        for (var i = 0; i < times.Length; i++)
        {
            times[i] = new double[rounds];
        }

        for (var round = -WarmUps; round < rounds; round++)
        {
            for (var turn = 0; turn < actions.Count; turn++)
            {
                stop.ThrowIfCancellationRequested();
                var i = (turn + round + WarmUps) % actions.Count;
                var start = Stopwatch.GetTimestamp();
                actions[i]();
                if (round >= 0)
                {
                    times[i][round] = Math.Max(Stopwatch.GetElapsedTime(start).TotalMilliseconds, Tick.TotalMilliseconds);
                }
            }

            if (round >= 0)
            {
                onRound?.Invoke();
            }
        }

        return [.. times.Select(own => (Median(own), Median([.. own.Zip(times[0], (mine, first) => first / mine)])))];
    }

    /// <summary>The middle value; the mean of the two middle ones of an even count.</summary>
    public static double Median(IReadOnlyCollection<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
