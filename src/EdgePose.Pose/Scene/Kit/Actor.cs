using System.Numerics;

namespace EdgePose.Scene.Kit;

/// <summary>One drawn person in a room.</summary>
/// <param name="Act">What the person does.</param>
/// <param name="Start">Where the feet are at the beginning, in metres: X away from the camera, Y to the left of the picture.</param>
/// <param name="HeadingDegrees">The way that the person faces: 0 away from the camera, 90 to the left of the picture.</param>
public sealed record Actor(Act Act, Vector2 Start, double HeadingDegrees)
{
    /// <summary>When the act begins, in seconds; the person is in the picture from then on.</summary>
    public double StartSeconds { get; init; }

    /// <summary>Stature in metres.</summary>
    public float HeightMetres { get; init; } = 1.7f;

    /// <summary>From when on the network sees nobody here, in seconds from the act's begin; null for never.</summary>
    public double? HiddenFromSeconds { get; init; }

    /// <summary>Whether the person leaves the picture at the act's end.</summary>
    public bool Leaves { get; init; }

    /// <summary>A person who walks to a place and acts there.</summary>
    /// <param name="act">What the person does.</param>
    /// <param name="where">Where the feet are after the first walk, in metres.</param>
    /// <param name="headingDegrees">The way that the person faces.</param>
    public static Actor Arriving(Act act, Vector2 where, double headingDegrees)
    {
        ArgumentNullException.ThrowIfNull(act);
        var actor = new Actor(act, where, headingDegrees);
        var (sin, cos) = MathF.SinCos((float)double.DegreesToRadians(headingDegrees));
        return actor with { Start = where - (new Vector2(cos, sin) * (float)act.WalkedHeights * actor.HeightMetres) };
    }

    /// <summary>Turns the body's own space into the room's.</summary>
    internal Vector3 InRoom(Vector3 joint, Vector2 place, double turnDegrees)
    {
        var (sin, cos) = MathF.SinCos((float)double.DegreesToRadians(HeadingDegrees));
        var (turnSin, turnCos) = MathF.SinCos((float)double.DegreesToRadians(turnDegrees));
        var turned = new Vector2((joint.X * turnCos) - (joint.Y * turnSin), (joint.X * turnSin) + (joint.Y * turnCos)) + place;
        return new Vector3(Start.X, Start.Y, 0) + (HeightMetres * new Vector3((turned.X * cos) - (turned.Y * sin), (turned.X * sin) + (turned.Y * cos), joint.Z));
    }
}
