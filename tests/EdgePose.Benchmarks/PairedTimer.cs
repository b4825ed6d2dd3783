using System.Diagnostics;

namespace EdgePose.Benchmarks;

/// <summary>Times two actions in turn, so that whatever else the machine does meets both alike.</summary>
internal static class PairedTimer
{
    /// <summary>Longer than the 100 ms that the runtime waits before it compiles what ran often once more.</summary>
    private static readonly TimeSpan TierUp = TimeSpan.FromMilliseconds(300);

    /// <summary>Least time of each action, in microseconds, and their ratio: the least is what the code needs, the rest is what else the machine did.</summary>
    /// <param name="measured">What is judged.</param>
    /// <param name="unit">What it is judged by.</param>
    /// <param name="rounds">Pairs; some more go first, unmeasured, until the compiler has done its work.</param>
    public static (double MeasuredUs, double UnitUs, double Ratio) Compare(Action measured, Action unit, int rounds)
    {
        Warm(measured, unit, rounds / 4);
        Thread.Sleep(TierUp);
        Warm(measured, unit, rounds / 4);
        var (measuredUs, unitUs) = (double.MaxValue, double.MaxValue);
        for (var i = 0; i < rounds; i++)
        {
            measuredUs = Math.Min(measuredUs, TimeUs(measured));
            unitUs = Math.Min(unitUs, TimeUs(unit));
        }

        return (measuredUs, unitUs, measuredUs / unitUs);
    }

    /// <summary>The middle value; sorts the array.</summary>
    public static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }

    private static void Warm(Action measured, Action unit, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            measured();
            unit();
        }
    }

    private static double TimeUs(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }
}
