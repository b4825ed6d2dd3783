namespace EdgePose.Scene;

/// <summary>
/// How high a person's shoulders and hips are above the place where the feet stood, in body heights, and whether they went down fast. The place of the feet
/// is remembered for a second, because a network loses the legs first.
/// </summary>
internal sealed class Descent
{
    // In body heights a second over a quarter of a second, and the least way down. Tuned on the scene kit: 0.4 misses falls from a chair away from the camera.
    public const float MinSpeed = 0.33f;
    private const float MinDrop = 0.15f;

    // In seconds. At 2 frames a second the quarter is one frame's interval.
    private const double SpeedWindow = 0.25;
    private const double DropWindow = 1;
    private const double Memory = 0.7;
    private const double OneDescent = 1.5;
    private const double FeetMemory = 1;

    // Noise of a frame is 2 % of H and more; a fall takes half a second and more.
    private const double FastMeanSeconds = 0.1;
    private const double SlowMeanSeconds = 0.7;
    private const double GroundMeanSeconds = 1.5;
    private const int Capacity = 64;

    // In body heights and degrees. Shoulders of who stands are at 0.82, of who sits on a chair at 0.57.
    private const float UprightShoulders = 0.42f;
    private const float UprightDegrees = 40;
    private const float HighShoulders = 0.6f;
    private const float ShouldersBelowHead = 0.12f;
    private const float HipsToFeet = 0.5f;

    // A frame that shows the shoulders so low shows feet that are no ground to stand on.
    private const float StandingShoulders = 0.45f;

    // Who went down by this much in the last second is still on the way.
    private const float SettledDrop = 0.12f;

    private readonly (double Seconds, float Shoulders)[] heights = new (double, float)[Capacity];
    private int count;
    private int next;
    private Spot ground;
    private double groundAt;
    private double seenAt;
    private double uprightBefore;
    private float drop;
    private (float Shoulders, float Hips, float Degrees) fast;
    private (float Shoulders, float Hips, float Degrees) slow;

    /// <summary>Height of the shoulders above the ground; NaN before they are known.</summary>
    public float Shoulders => fast.Shoulders;

    /// <summary>Height of the hips above the ground; NaN before they are known.</summary>
    public float Hips => fast.Hips;

    /// <summary>Height of the head above the ground; NaN when unknown.</summary>
    public float Head { get; private set; }

    /// <summary>Means of most of a second: heights of shoulders and hips above the ground, and the torso's angle from upright; NaN before they are known.</summary>
    public (float Shoulders, float Hips, float Degrees) Mean => slow;

    /// <summary>When the person was last upright, in seconds; far in the past before.</summary>
    public double UprightAt { get; private set; }

    /// <summary>When the person last went down fast, in seconds; far in the past before.</summary>
    public double FellAt { get; private set; }

    /// <summary>The highest speed of that descent, in body heights a second.</summary>
    public float Speed { get; private set; }

    /// <summary>The largest drop of the shoulders in that descent, in body heights.</summary>
    public float Drop { get; private set; }

    public void Reset()
    {
        (count, next, ground, groundAt, drop) = (0, 0, Spot.None, double.NegativeInfinity, 0);
        fast = slow = (float.NaN, float.NaN, float.NaN);
        (Head, UprightAt, FellAt, Speed, Drop) = (float.NaN, double.NegativeInfinity, double.NegativeInfinity, 0, 0);
    }

    /// <summary>Forgets the latest descent: its fall is closed.</summary>
    public void Forget() => (FellAt, Speed, Drop) = (double.NegativeInfinity, 0, 0);

    /// <summary>Takes in a frame.</summary>
    public void See(Person person, double seconds)
    {
        var (body, height) = (person.Body, person.H);
        FindGround(person, seconds);
        var shoulders = Top(body, height);
        Head = (ground.Y - body.Head.Y) / height;
        (float, float, float) now = ((ground.Y - shoulders) / height, (ground.Y - body.Hips.Y) / height, body.TorsoDegrees);
        fast = Mixed(fast, now, seconds - seenAt, FastMeanSeconds);
        slow = Mixed(slow, now, seconds - seenAt, SlowMeanSeconds);
        seenAt = seconds;
        if (float.IsNaN(now.Item1))
        {
            return;
        }

        var wasUpright = UprightAt == uprightBefore;
        uprightBefore = seconds;
        if (Shoulders >= HighShoulders || (Shoulders >= UprightShoulders && !(body.TorsoDegrees >= UprightDegrees)))
        {
            UprightAt = seconds;
        }

        (var speed, drop) = Fall(seconds);
        if (speed >= MinSpeed && drop >= MinDrop && (seconds - UprightAt <= Memory || wasUpright))
        {
            var isNew = seconds - FellAt > OneDescent;
            (FellAt, Speed, Drop) = (seconds, isNew ? speed : MathF.Max(speed, Speed), isNew ? drop : MathF.Max(drop, Drop));
        }

        heights[next] = (seconds, Shoulders);
        next = (next + 1) % Capacity;
        count = Math.Min(count + 1, Capacity);
    }

    /// <summary>Where the shoulders are, downwards, by themselves and by the head, which falls farther and faster than they do.</summary>
    private static float Top(Body body, float height)
    {
        var byHead = body.Head.Y + (ShouldersBelowHead * height);
        return !body.Head.IsKnown ? body.Shoulders.Y : !body.Shoulders.IsKnown ? byHead : (body.Shoulders.Y + byHead) / 2;
    }

    private static (float, float, float) Mixed((float, float, float) mean, (float, float, float) now, double seconds, double meanSeconds)
    {
        var share = (float)(1 - Math.Exp(-seconds / meanSeconds));
        return (One(mean.Item1, now.Item1), One(mean.Item2, now.Item2), One(mean.Item3, now.Item3));

        float One(float before, float value) => float.IsNaN(value) ? before : float.IsNaN(before) ? value : before + (share * (value - before));
    }

    private void FindGround(Person person, double seconds)
    {
        var (body, height) = (person.Body, person.H);
        var top = body.Shoulders.IsKnown ? body.Shoulders : body.Head;
        if (person.Height.Stands || (body.Ankles.IsKnown && !ground.IsKnown))
        {
            (ground, groundAt) = (body.Ankles, seconds);
        }
        else if (double.IsFinite(FellAt) || drop > SettledDrop)
        {
            return; // feet that slide or fly are no ground
        }
        else if (body.Ankles.IsKnown && body.Ankles.Y - top.Y >= StandingShoulders * height)
        {
            // Who sits or kneels moves the feet.
            ground += (body.Ankles - ground) * (float)(1 - Math.Exp(-(seconds - seenAt) / GroundMeanSeconds));
            groundAt = seconds;
        }
        else if (!ground.IsKnown || (seconds - groundAt > FeetMemory && !body.Ankles.IsKnown && body.TorsoDegrees < UprightDegrees))
        {
            // Of who stands behind something: the hips tell where the ground is.
            ground = body.Hips.IsKnown ? body.Hips + new Spot(0, HipsToFeet * height) : person.Feet;
        }
    }

    /// <summary>Speed of the shoulders downwards over the shortest window that is long enough, and their drop from the highest place of the last second.</summary>
    private (float Speed, float Drop) Fall(double seconds)
    {
        var (speed, highest, isTimed) = (0f, float.NegativeInfinity, false);
        for (var i = 1; i <= count; i++)
        {
            var (at, shoulders) = heights[(next - i + Capacity) % Capacity];
            var age = seconds - at;
            if (!isTimed && age >= SpeedWindow)
            {
                (speed, isTimed) = ((shoulders - Shoulders) / (float)age, true);
            }

            if (age > DropWindow)
            {
                break;
            }

            highest = MathF.Max(highest, shoulders);
        }

        return (speed, highest - Shoulders);
    }
}
