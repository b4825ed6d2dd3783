using System.Numerics;

namespace EdgePose.Scene.Kit;

/// <summary>
/// A drawn person: places the keypoints of a stance in space. Lengths are shares of stature: Drillis and Contini 1966, as tabulated in Winter,
/// "Biomechanics and Motor Control of Human Movement".
/// </summary>
internal sealed class Puppet
{
    private const float Thigh = 0.245f;
    private const float Shank = 0.246f;
    private const float Torso = 0.288f;
    private const float UpperArm = 0.186f;
    private const float Forearm = 0.146f;
    private const float HalfShoulders = 0.11f;
    private const float HalfHips = 0.06f;
    private const float ShoulderToNose = 0.115f;
    private const float NoseForward = 0.05f;

    // How high the middle of a part is above the ground that it rests on.
    private const float AnkleRests = 0.039f;
    private const float KneeRests = 0.03f;
    private const float HipRests = 0.06f;
    private const float ShoulderRests = 0.06f;

    private readonly Dictionary<string, Vector3> joints = [];

    /// <summary>Keypoints of a skeleton by name, in body heights around the middle of the feet on the ground: X forward, Y to the person's left, Z up.</summary>
    public IReadOnlyDictionary<string, Vector3> Joints => joints;

    /// <summary>The way that the face looks.</summary>
    public Vector3 Facing { get; private set; }

    public void Pose(in Stance stance)
    {
        var up = Direction(stance.Torso, 1);
        var left = LeftOf(stance.Torso);
        Facing = Vector3.Cross(left, up);
        var shoulders = up * Torso;
        Set("left", left, stance.LeftThigh, stance.LeftShank, stance.LeftArm, stance.LeftForearm, shoulders);
        Set("right", -left, stance.RightThigh, stance.RightShank, stance.RightArm, stance.RightForearm, shoulders);
        var nose = shoulders + (up * ShoulderToNose) + (Facing * NoseForward);
        joints["nose"] = nose;
        joints["neck"] = shoulders;
        foreach (var (side, way) in ((string, Vector3)[])[("left", left), ("right", -left)])
        {
            joints[$"{side}_eye"] = nose + (up * 0.015f) + (way * 0.02f);
            joints[$"{side}_ear"] = nose + (up * 0.005f) + (way * 0.045f) - (Facing * 0.05f);
        }

        StandOnGround();
    }

    private static Vector3 Direction(Vector2 limb, float up)
    {
        var (pitch, roll) = (float.DegreesToRadians(limb.X), float.DegreesToRadians(limb.Y));
        return new(MathF.Sin(pitch) * MathF.Cos(roll), MathF.Sin(roll), up * MathF.Cos(pitch) * MathF.Cos(roll));
    }

    private static Vector3 LeftOf(Vector2 torso)
    {
        var (pitch, roll) = (float.DegreesToRadians(torso.X), float.DegreesToRadians(torso.Y));
        return new(-MathF.Sin(pitch) * MathF.Sin(roll), MathF.Cos(roll), -MathF.Cos(pitch) * MathF.Sin(roll));
    }

    private void Set(string side, Vector3 outward, Vector2 thigh, Vector2 shank, Vector2 arm, Vector2 forearm, Vector3 shoulders)
    {
        var hip = outward * HalfHips;
        var knee = hip + (Direction(thigh, -1) * Thigh);
        var shoulder = shoulders + (outward * HalfShoulders);
        var elbow = shoulder + (Direction(arm, -1) * UpperArm);
        (joints[$"{side}_hip"], joints[$"{side}_knee"], joints[$"{side}_ankle"]) = (hip, knee, knee + (Direction(shank, -1) * Shank));
        (joints[$"{side}_shoulder"], joints[$"{side}_elbow"], joints[$"{side}_wrist"]) = (shoulder, elbow, elbow + (Direction(forearm, -1) * Forearm));
    }

    /// <summary>Moves all of it so that the lowest part rests on the ground and the feet's middle is at the origin.</summary>
    private void StandOnGround()
    {
        var lift = float.NegativeInfinity;
        foreach (var (part, rests) in ((string, float)[])[("ankle", AnkleRests), ("knee", KneeRests), ("hip", HipRests), ("shoulder", ShoulderRests)])
        {
            lift = MathF.Max(lift, rests - MathF.Min(joints[$"left_{part}"].Z, joints[$"right_{part}"].Z));
        }

        var feet = (joints["left_ankle"] + joints["right_ankle"]) / 2;
        var move = new Vector3(-feet.X, -feet.Y, lift);
        foreach (var name in joints.Keys)
        {
            joints[name] += move;
        }
    }
}
