using System.Numerics;

namespace EdgePose.Scene.Kit;

/// <summary>
/// How a drawn person holds the body. Each limb has a pitch (forward) and a roll (to the person's left) in degrees: of the torso against straight up, of
/// arms and legs against straight down. The lowest parts rest on the ground.
/// </summary>
public readonly record struct Stance
{
    /// <summary>The torso, from the hips up.</summary>
    public Vector2 Torso { get; init; }

    /// <summary>The left thigh, from the hip down.</summary>
    public Vector2 LeftThigh { get; init; }

    /// <summary>The right thigh, from the hip down.</summary>
    public Vector2 RightThigh { get; init; }

    /// <summary>The left lower leg, from the knee down.</summary>
    public Vector2 LeftShank { get; init; }

    /// <summary>The right lower leg, from the knee down.</summary>
    public Vector2 RightShank { get; init; }

    /// <summary>The left upper arm, from the shoulder down.</summary>
    public Vector2 LeftArm { get; init; }

    /// <summary>The right upper arm, from the shoulder down.</summary>
    public Vector2 RightArm { get; init; }

    /// <summary>The left forearm, from the elbow down.</summary>
    public Vector2 LeftForearm { get; init; }

    /// <summary>The right forearm, from the elbow down.</summary>
    public Vector2 RightForearm { get; init; }

    /// <summary>The stance on the way from one to another; 0 is the first, 1 the second.</summary>
    public static Stance Between(in Stance from, in Stance to, float share) => new()
    {
        Torso = Vector2.Lerp(from.Torso, to.Torso, share),
        LeftThigh = Vector2.Lerp(from.LeftThigh, to.LeftThigh, share),
        RightThigh = Vector2.Lerp(from.RightThigh, to.RightThigh, share),
        LeftShank = Vector2.Lerp(from.LeftShank, to.LeftShank, share),
        RightShank = Vector2.Lerp(from.RightShank, to.RightShank, share),
        LeftArm = Vector2.Lerp(from.LeftArm, to.LeftArm, share),
        RightArm = Vector2.Lerp(from.RightArm, to.RightArm, share),
        LeftForearm = Vector2.Lerp(from.LeftForearm, to.LeftForearm, share),
        RightForearm = Vector2.Lerp(from.RightForearm, to.RightForearm, share),
    };

    /// <summary>The same stance with left and right exchanged.</summary>
    public Stance Mirrored() => new()
    {
        Torso = Turned(Torso), LeftThigh = Turned(RightThigh), RightThigh = Turned(LeftThigh), LeftShank = Turned(RightShank), RightShank = Turned(LeftShank),
        LeftArm = Turned(RightArm), RightArm = Turned(LeftArm), LeftForearm = Turned(RightForearm), RightForearm = Turned(LeftForearm),
    };

    /// <summary>Both thighs, both lower legs, and the torso; arms hang.</summary>
    public static Stance Of(Vector2 torso, Vector2 thighs, Vector2 shanks) => Of(torso, thighs, thighs, shanks, shanks);

    /// <summary>Torso and legs; arms hang.</summary>
    public static Stance Of(Vector2 torso, Vector2 leftThigh, Vector2 rightThigh, Vector2 leftShank, Vector2 rightShank) => new()
    {
        Torso = torso, LeftThigh = leftThigh, RightThigh = rightThigh, LeftShank = leftShank, RightShank = rightShank,
        LeftArm = new(0, 8), RightArm = new(0, -8), LeftForearm = new(15, 5), RightForearm = new(15, -5),
    };

    private static Vector2 Turned(Vector2 limb) => limb with { Y = -limb.Y };
}
