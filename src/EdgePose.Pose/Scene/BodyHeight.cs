using EdgePose.Tracking;

namespace EdgePose.Scene;

/// <summary>
/// A person's standing height (H) in pixels: the 90th percentile of head-to-feet over the latest second in which the person stood. Until then, and while
/// walking without visible feet, body proportions give it. It keeps its value while the person sits or lies.
/// </summary>
internal sealed class BodyHeight(BodySize proportions)
{
    // Face (0.936 of stature) to ankle (0.039): Drillis and Contini 1966, as tabulated in Winter.
    private const float FaceToAnkle = 0.89f;

    // Of a standing person the hips are 0.55 of that above the ankles, of one who sits 0.4.
    private const float MinStraightLegs = 0.47f;
    private const float MaxUprightDegrees = 30;

    // Shares of face to ankle: 0.28 each of who stands, 0.1 of the lower legs of who kneels, 0.1 of the thighs of who sits.
    private const float MinShank = 0.18f;
    private const float MinThigh = 0.16f;
    private const double WindowSeconds = 1;
    private const int Capacity = 32;
    private const float Percentile = 0.9f;

    // Who stands at one place cannot become shorter: a shorter body there has fallen away from the camera. In body heights.
    private const float SameHeight = 0.85f;
    private const float SamePlace = 0.2f;

    // Limbs of who is curled up or lies away from the camera are longer than such a height.
    private const float MinOfProportions = 0.78f;
    private const double ProportionSeconds = 0.5;
    private const double ShrinkSeconds = 5;

    private readonly double[] times = new double[Capacity];
    private readonly float[] samples = new float[Capacity];
    private readonly float[] sorted = new float[Capacity];
    private int count;
    private float byProportions;
    private double proportionsAt;
    private Spot stoodAt;
    private bool hasStood;

    /// <summary>H in pixels; at least <see cref="BodySize.MinHeightPx"/>.</summary>
    public float Px { get; private set; }

    /// <summary>Whether the latest frame showed the person standing with straight legs.</summary>
    public bool Stands { get; private set; }

    public void Reset() => (count, byProportions, hasStood, Px, Stands) = (0, 0, false, 0, false);

    /// <summary>Takes in a frame.</summary>
    /// <param name="body">What the frame shows.</param>
    /// <param name="seconds">The frame's time.</param>
    /// <param name="isFallen">Whether the person lies after a fall: then nothing but standing up tells the height.</param>
    public void See(Body body, double seconds, bool isFallen)
    {
        var proportion = proportions.HeightPx(body.Keypoints);
        var share = (float)(1 - Math.Exp(-(seconds - proportionsAt) / ProportionSeconds));
        byProportions = byProportions > 0 ? byProportions + (share * (proportion - byProportions)) : proportion;
        var shrinking = (float)(1 - Math.Exp(-(seconds - proportionsAt) / ShrinkSeconds));
        proportionsAt = seconds;
        Stands = IsStanding(body, out var sample);
        Stands &= sample >= MinOfProportions * byProportions;
        if (Stands && hasStood && sample < SameHeight * Px && (isFallen || body.Ankles.DistanceTo(stoodAt) < SamePlace * Px))
        {
            Stands = false;
        }

        if (Stands)
        {
            (stoodAt, hasStood) = (body.Ankles, true);
            Add(sample, seconds);
            Px = MathF.Max(BodySize.MinHeightPx, OfWindow());
        }
        else if (!isFallen && (!hasStood || (body.TorsoDegrees < MaxUprightDegrees && !body.Ankles.IsKnown && !body.Knees.IsKnown)))
        {
            // Limbs that point to the camera look short: the longest view of the last seconds is the truest.
            Px = byProportions > Px ? byProportions : Px + (shrinking * (byProportions - Px));
        }
    }

    private static bool IsStanding(Body body, out float sample)
    {
        sample = (body.Ankles.Y - body.Head.Y) / FaceToAnkle;
        var head = body.Ankles.Y - body.Head.Y;
        return body.TorsoDegrees < MaxUprightDegrees && body.Ankles.Y - body.Hips.Y >= MinStraightLegs * head
            && !(body.Ankles.Y - body.Knees.Y < MinShank * head) && !(body.Knees.Y - body.Hips.Y < MinThigh * head);
    }

    private void Add(float sample, double seconds)
    {
        var kept = 0;
        for (var i = count == Capacity ? 1 : 0; i < count; i++)
        {
            if (seconds - times[i] <= WindowSeconds)
            {
                (times[kept], samples[kept]) = (times[i], samples[i]);
                kept++;
            }
        }

        (times[kept], samples[kept]) = (seconds, sample);
        count = kept + 1;
    }

    private float OfWindow()
    {
        samples.AsSpan(0, count).CopyTo(sorted);
        sorted.AsSpan(0, count).Sort();
        return sorted[(int)MathF.Round(Percentile * (count - 1))];
    }
}
