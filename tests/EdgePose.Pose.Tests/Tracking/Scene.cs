namespace EdgePose.Tests.Tracking;

/// <summary>A camera on walkers: adds the faults of a real network to what is drawn, by a seed, and knows who is who.</summary>
public sealed class Scene(int seed, params Walker[] walkers)
{
    private readonly Random random = new(seed);

    /// <summary>Standard deviation of a keypoint's error, in body heights.</summary>
    public double Noise { get; init; } = 0.008;

    /// <summary>Chance that a whole pose is not found.</summary>
    public double Missed { get; init; }

    /// <summary>Chance that a keypoint is not found.</summary>
    public double Dropped { get; init; }

    /// <summary>Whether nearer people (the larger) hide those behind.</summary>
    public bool Occlusion { get; init; }

    /// <summary>Who cannot be seen at a time, for scenes that are staged.</summary>
    public Func<int, double, bool> IsAway { get; init; } = (_, _) => false;

    public Func<int, double, float> Score { get; init; } = (_, _) => 0.8f;

    public PoseList Poses { get; } = new(Skeletons.Coco18, 160);

    /// <summary>Which walker each pose is of.</summary>
    public List<int> Owners { get; } = [];

    public void Shoot(double seconds)
    {
        Poses.Clear();
        Owners.Clear();
        foreach (int i in Shuffled())
        {
            if (IsAway(i, seconds) || random.NextDouble() < Missed)
            {
                continue;
            }

            Keypoint[] drawn = new Keypoint[18];
            walkers[i].Draw(seconds, drawn);
            for (int k = 0; k < drawn.Length; k++)
            {
                float sigma = (float)(Noise * walkers[i].HeightPx);
                bool lost = random.NextDouble() < Dropped || (Occlusion && IsBehind(i, drawn[k], seconds));
                drawn[k] = lost ? default : drawn[k] with { X = drawn[k].X + (sigma * Gauss()), Y = drawn[k].Y + (sigma * Gauss()) };
            }

            if (drawn.Count(k => k.IsPresent) >= 5 && Poses.TryAdd(Score(i, seconds), out Span<Keypoint> added))
            {
                drawn.CopyTo(added);
                Owners.Add(i);
            }
        }
    }

    private bool IsBehind(int who, Keypoint keypoint, double seconds)
    {
        for (int i = 0; i < walkers.Length; i++)
        {
            (double x, double y) = walkers[i].Feet(seconds);
            float h = walkers[i].HeightPx;
            if (i != who && (h, i).CompareTo((walkers[who].HeightPx, who)) > 0 && !IsAway(i, seconds)
                && Math.Abs(keypoint.X - x) < 0.11 * h && keypoint.Y < y && keypoint.Y > y - h)
            {
                return true;
            }
        }

        return false;
    }

    private int[] Shuffled()
    {
        int[] order = [.. Enumerable.Range(0, walkers.Length)];
        random.Shuffle(order);
        return order;
    }

    private float Gauss() => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
