namespace EdgePose.Daemon.Batching;

/// <summary>
/// Who is served next when there is not time for all: each camera has a virtual time. A served frame moves it on by its
/// cost in network pixels / priority. The camera furthest behind goes first. Under overload every camera gets a share in proportion to its priority and
/// none starves. One that comes back after a silence starts level with the others, without a claim on what it missed.
/// </summary>
/// <remarks>Method: stride scheduling (Waldspurger and Weihl, 1995).</remarks>
public sealed class FairQueue
{
    /// <summary>A frame without a view costs its decoding still.</summary>
    private const double LeastCost = 0.02;

    private readonly double[] strides;
    private readonly double[] passes;
    private double now;

    /// <summary>Makes a queue.</summary>
    /// <param name="priorities">One for each camera, above 0: a camera of priority 2 gets twice the share of one of priority 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A priority is not above 0.</exception>
    public FairQueue(IReadOnlyList<int> priorities)
    {
        ArgumentNullException.ThrowIfNull(priorities);
        strides = new double[priorities.Count];
        passes = new double[priorities.Count];
        for (var i = 0; i < strides.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(priorities[i]);
            strides[i] = 1.0 / priorities[i];
        }
    }

    /// <summary>The queue of another set of cameras: who was in this one keeps its place, and who is new starts level with the others.</summary>
    /// <param name="priorities">As for a new queue.</param>
    /// <param name="before">Where each camera stood in this queue; -1 for a new one.</param>
    public FairQueue With(IReadOnlyList<int> priorities, ReadOnlySpan<int> before)
    {
        var next = new FairQueue(priorities) { now = now };
        for (var i = 0; i < before.Length; i++)
        {
            next.passes[i] = before[i] < 0 ? now : passes[before[i]];
        }

        return next;
    }

    /// <summary>Of the cameras that are ready the one furthest behind, the first of equals; -1 when none is ready.</summary>
    /// <param name="ready">One for each camera.</param>
    public int Next(ReadOnlySpan<bool> ready)
    {
        var best = -1;
        for (var i = 0; i < passes.Length; i++)
        {
            if (ready[i] && (best < 0 || Pass(i) < Pass(best)))
            {
                best = i;
            }
        }

        return best;
    }

    /// <summary>Notes that camera <paramref name="index"/> was served.</summary>
    /// <param name="index">The camera.</param>
    /// <param name="cost">What the frame costs, in whole frames; at least <see cref="LeastCost"/>.</param>
    public void Serve(int index, double cost = 1)
    {
        var pass = Pass(index);
        now = Math.Max(now, pass);
        passes[index] = pass + (strides[index] * Math.Max(cost, LeastCost));
    }

    /// <summary>A camera that was silent is lifted to one stride behind the present: no claim on the past.</summary>
    private double Pass(int index) => Math.Max(passes[index], now - strides[index]);
}
