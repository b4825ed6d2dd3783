using System.Numerics;

namespace EdgePose.Daemon.Telemetry;

/// <summary>
/// A histogram of durations with a fixed memory and no allocation: 32 linear buckets in each power of two of microseconds, so that
/// a percentile is right within 3 %. One writer; readers may look at any time and see a value at most one sample old.
/// </summary>
/// <remarks>Method: the log-linear buckets of HdrHistogram (Gil Tene), with 5 bits of precision.</remarks>
public sealed class LatencyHistogram
{
    private const int SubBuckets = 32;
    private const int SubBits = 5;
    private readonly long[] buckets = new long[SubBuckets * 28];

    /// <summary>How many samples were added.</summary>
    public long Count { get; private set; }

    /// <summary>Sum of all samples.</summary>
    public TimeSpan Total { get; private set; }

    /// <summary>The longest sample.</summary>
    public TimeSpan Max { get; private set; }

    /// <summary>The mean sample, zero when there is none.</summary>
    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : Total / Count;

    /// <summary>Adds a sample; a negative one counts as zero.</summary>
    public void Add(TimeSpan duration)
    {
        var microseconds = Math.Max(0, duration.Ticks / TimeSpan.TicksPerMicrosecond);
        buckets[Math.Min(IndexOf(microseconds), buckets.Length - 1)]++;
        Count++;
        Total += duration;
        Max = duration > Max ? duration : Max;
    }

    /// <summary>The duration that the given share of the samples does not exceed; zero when there is none.</summary>
    /// <param name="share">0 to 1, for example 0.95.</param>
    public TimeSpan Percentile(double share)
    {
        var wanted = (long)Math.Ceiling(share * Count);
        long seen = 0;
        for (var i = 0; i < buckets.Length; i++)
        {
            seen += buckets[i];
            if (seen >= wanted && seen > 0)
            {
                var upper = TimeSpan.FromMicroseconds(UpperBound(i));
                return upper < Max ? upper : Max;
            }
        }

        return Max;
    }

    /// <summary>A copy that no longer changes; the writer may go on meanwhile.</summary>
    public LatencyHistogram Snapshot()
    {
        var copy = new LatencyHistogram { Total = Total, Max = Max };
        buckets.CopyTo(copy.buckets, 0);
        copy.Count = copy.buckets.Sum(); // not our own count, which may be one sample further
        return copy;
    }

    /// <summary>The samples of this that are not in <paramref name="earlier"/>, which is an older snapshot of the same histogram. Its longest sample is right within 3 %.</summary>
    public LatencyHistogram Since(LatencyHistogram earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        var difference = new LatencyHistogram { Count = Count - earlier.Count, Total = Total - earlier.Total };
        for (var i = 0; i < buckets.Length; i++)
        {
            difference.buckets[i] = buckets[i] - earlier.buckets[i];
            if (difference.buckets[i] > 0)
            {
                var upper = TimeSpan.FromMicroseconds(UpperBound(i));
                difference.Max = upper < Max ? upper : Max;
            }
        }

        return difference;
    }

    /// <summary>Forgets every sample.</summary>
    public void Reset()
    {
        Array.Clear(buckets);
        Count = 0;
        Total = TimeSpan.Zero;
        Max = TimeSpan.Zero;
    }

    private static int IndexOf(long value)
    {
        if (value < SubBuckets)
        {
            return (int)value;
        }

        var shift = BitOperations.Log2((ulong)value) - SubBits;
        return ((shift + 1) * SubBuckets) + (int)((value >> shift) - SubBuckets);
    }

    private static long UpperBound(int index)
    {
        if (index < SubBuckets)
        {
            return index;
        }

        var shift = (index / SubBuckets) - 1;
        return ((long)((index % SubBuckets) + SubBuckets + 1) << shift) - 1;
    }
}
