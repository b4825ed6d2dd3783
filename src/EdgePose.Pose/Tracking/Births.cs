namespace EdgePose.Tracking;

/// <summary>
/// Which poses start new tracks: sure ones that nobody was matched with and that are not somebody seen twice. A network may find one person as two poses
/// on top of each other, or as an upper and a lower half: either would flicker as a new id.
/// </summary>
internal sealed class Births(Similarity similarity, Detections detections, TrackerOptions options)
{
    private readonly int[] found = new int[options.MaxPeople];
    private int count;

    /// <summary>Indices of the poses, the highest score first.</summary>
    public ReadOnlySpan<int> Found => found.AsSpan(0, count);

    /// <summary>Looks through the poses that are not taken.</summary>
    public void Find(ReadOnlySpan<Track> tracks)
    {
        count = 0;
        for (int best = Best(); best >= 0; best = Best())
        {
            detections.Take(best);
            if (!IsTracked(best, tracks) && !IsFound(best))
            {
                found[count++] = best;
            }
        }
    }

    /// <summary>Whether a tentative track has turned out to be a second view of a visible one.</summary>
    public bool IsDuplicate(Track tentative, ReadOnlySpan<Track> visible) => tentative.PoseIndex >= 0 && IsTracked(tentative.PoseIndex, visible);

    private int Best()
    {
        int best = -1;
        for (int i = 0; i < detections.Count; i++)
        {
            if (!detections.IsTaken(i) && detections.Score(i) >= options.HighScore && (best < 0 || detections.Score(i) > detections.Score(best)))
            {
                best = i;
            }
        }

        return best;
    }

    private bool IsTracked(int pose, ReadOnlySpan<Track> tracks)
    {
        foreach (Track track in tracks)
        {
            if (track.PoseIndex >= 0 && track.PoseIndex != pose && IsSame(track.PoseIndex, pose, track.Motion.HeightPx))
            {
                return true;
            }

            if (track.IsCarried && IsSame(track.Keypoints, track.Box, pose, track.Motion.HeightPx))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsFound(int pose)
    {
        foreach (int other in Found)
        {
            if (IsSame(other, pose, detections.Box(other).HeightPx))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsSame(int one, int other, float heightPx) => IsSame(detections.Keypoints(one), detections.Box(one), other, heightPx);

    private bool IsSame(ReadOnlySpan<Keypoint> one, BoundingBox box, int other, float heightPx) =>
        similarity.AreOnePerson(one, box, detections.Keypoints(other), detections.Box(other), heightPx, options.DuplicateOverlap);
}
