namespace EdgePose.Scene;

/// <summary>A point of the picture in pixels, or none (NaN).</summary>
internal readonly record struct Spot(float X, float Y)
{
    public static Spot None { get; } = new(float.NaN, float.NaN);

    public bool IsKnown => !float.IsNaN(X);

    public static Spot operator +(Spot one, Spot other) => new(one.X + other.X, one.Y + other.Y);

    public static Spot operator -(Spot one, Spot other) => new(one.X - other.X, one.Y - other.Y);

    public static Spot operator *(Spot one, float factor) => new(one.X * factor, one.Y * factor);

    public float Length => MathF.Sqrt((X * X) + (Y * Y));

    public float DistanceTo(Spot other) => (this - other).Length;

    /// <summary>The point between two; the one that is known where the other is not.</summary>
    public static Spot Between(Spot one, Spot other) => !one.IsKnown ? other : !other.IsKnown ? one : (one + other) * .5f;

    /// <summary>Angle of the way from here to <paramref name="other"/> against straight down, 0 to 180 degrees; NaN where one is unknown.</summary>
    public float DegreesFromDownTo(Spot other)
    {
        var way = other - this;
        return way.Length > 0 ? float.RadiansToDegrees(MathF.Acos(Math.Clamp(way.Y / way.Length, -1, 1))) : float.NaN;
    }
}
