using EdgePose.Tracking;

namespace EdgePose.Scene;

/// <summary>One person of the scene: the latest body, and where it was. Kept while the person is hidden, and under one id after another.</summary>
internal sealed class Person(int slot, Skeleton skeleton, BodySize proportions)
{
    // Noise of a keypoint of 3 % of H at 30 frames a second is 1 H/s: the mean of half a second has a fifth of it.
    private const double VelocitySeconds = 0.5;

    /// <summary>Index into the states that rules keep for each person.</summary>
    public int Slot => slot;

    /// <summary>The track's id.</summary>
    public long Id { get; set; }

    public Body Body { get; } = new(skeleton);

    public BodyHeight Height { get; } = new(proportions);

    /// <summary>H in pixels.</summary>
    public float H => Height.Px;

    public TimeSpan FirstSeen { get; private set; }

    public TimeSpan LastSeen { get; private set; }

    /// <summary>Whether the latest frame shows the person.</summary>
    public bool IsSeen { get; set; }

    /// <summary>Whether the person is kept although nobody sees it: a fall is open.</summary>
    public bool IsPinned { get; set; }

    /// <summary>The point between the feet.</summary>
    public Spot Feet { get; private set; }

    /// <summary>Velocity of the body's middle in pixels a second.</summary>
    public Spot Velocity { get; private set; }

    public Posture Posture { get; set; }

    public void Begin(long id, TimeSpan at)
    {
        (Id, FirstSeen, LastSeen, IsPinned, Velocity, Posture) = (id, at, at, false, new Spot(0, 0), Posture.Unknown);
        Height.Reset();
    }

    /// <summary>Takes in the keypoints of a frame.</summary>
    public void See(ReadOnlySpan<Keypoint> keypoints, TimeSpan at)
    {
        var before = Body.Centre;
        Body.Measure(keypoints);
        Height.See(Body, at.TotalSeconds, IsPinned);
        Feet = Body.Feet(H);
        var seconds = (at - LastSeen).TotalSeconds;
        if (seconds > 0)
        {
            var share = (float)(1 - Math.Exp(-seconds / VelocitySeconds));
            Velocity += (((Body.Centre - before) * (float)(1 / seconds)) - Velocity) * share;
        }

        (LastSeen, IsSeen) = (at, true);
    }

    public Spot PlaceOf(PersonPlace place) => place == PersonPlace.Hips ? Body.HipsOrMiddle() : Feet;
}
