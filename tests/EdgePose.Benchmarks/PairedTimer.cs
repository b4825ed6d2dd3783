using System.Diagnostics;

namespace EdgePose.Benchmarks;

/// <summary>Times two actions in turn, so that whatever else the machine does meets both alike.</summary>
internal static class PairedTimer
{
    /// <summary>Median time of each action, in microseconds, and the median of their ratio.</summary>
    /// <param name="measured">What is judged.</param>
    /// <param name="unit">What it is judged by.</param>
    /// <param name="rounds">Pairs; some more go first, unmeasured, until the compiler has done its work.</param>
    public static (double MeasuredUs, double UnitUs, double Ratio) Compare(Action measured, Action unit, int rounds)
    {
        for (var i = 0; i < rounds / 4; i++)
        {
            measured();
            unit();
        }

        var (measuredUs, unitUs, ratios) = (new double[rounds], new double[rounds], new double[rounds]);
        for (var i = 0; i < rounds; i++)
        {
            measuredUs[i] = TimeUs(measured);
            unitUs[i] = TimeUs(unit);
            ratios[i] = measuredUs[i] / unitUs[i];
        }

        return (Median(measuredUs), Median(unitUs), Median(ratios));
    }

    /// <summary>The middle value; sorts the array.</summary>
    public static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }

    private static double TimeUs(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }
}
