namespace EdgePose.Scene;

/// <summary>Where the parts of the body are among a skeleton's keypoints; -1 for those that it lacks. Left and right are the person's own.</summary>
internal sealed class BodyPlan
{
    public BodyPlan(Skeleton skeleton)
    {
        Face = [.. ((string[])["nose", "left_eye", "right_eye", "left_ear", "right_ear"]).Select(skeleton.IndexOf).Where(index => index >= 0)];
        Ears = Pair("ear");
        Shoulders = Pair("shoulder");
        Elbows = Pair("elbow");
        Wrists = Pair("wrist");
        Hips = Pair("hip");
        Knees = Pair("knee");
        Ankles = Pair("ankle");
        Nose = skeleton.IndexOf("nose");

        (int Left, int Right) Pair(string name) => (skeleton.IndexOf($"left_{name}"), skeleton.IndexOf($"right_{name}"));
    }

    /// <summary>Nose, eyes and ears.</summary>
    public int[] Face { get; }

    public int Nose { get; }

    public (int Left, int Right) Ears { get; }

    public (int Left, int Right) Shoulders { get; }

    public (int Left, int Right) Elbows { get; }

    public (int Left, int Right) Wrists { get; }

    public (int Left, int Right) Hips { get; }

    public (int Left, int Right) Knees { get; }

    public (int Left, int Right) Ankles { get; }
}
