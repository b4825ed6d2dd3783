namespace EdgePose.Tracking;

/// <summary>
/// Which pose is a person who has just fallen: between two frames the body turns and sinks by so much that no upright prediction fits. The pose must be a turned copy of
/// the prediction, near its place; a person who merely stands where another one was is none.
/// </summary>
internal sealed class Falls(Skeleton skeleton)
{
    // In body heights: the middle of a falling body moves by half of the height, and the feet may slide.
    private const float MaxDistance = 0.75f;

    // Below this the ordinary association decides, unless the body was in free fall and the floor has stopped it. In body heights a second; a walk is 0.8.
    private const double MinTurnRad = 0.3;
    private const double FallingSpeed = 1;

    // A body that falls towards the camera is foreshortened.
    private const double MinScale = 0.45;
    private const double MaxScale = 1.6;

    // Mean agreement of the turned prediction, at twice the tolerance of OKS: limbs give way while the body falls. Chosen by hand; the bundled clip's fall passes.
    private const double MinShape = 0.35;
    private const double Tolerance = 2 * 0.45;
    private const int MinCommon = 5;

    // COCO defines no sigma for the neck; this is the mean of the others.
    private const double MeanSigma = 0.067;

    /// <summary>How well a pose fits a fall of a track, 0 to 1; 0 where it is none.</summary>
    public double Of(MotionModel model, ReadOnlySpan<Keypoint> pose)
    {
        var predicted = model.Predicted;
        var (common, fromX, fromY, toX, toY) = (0, 0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < pose.Length; i++)
        {
            if (predicted[i].IsPresent && pose[i].IsPresent)
            {
                (common, fromX, fromY, toX, toY) = (common + 1, fromX + predicted[i].X, fromY + predicted[i].Y, toX + pose[i].X, toY + pose[i].Y);
            }
        }

        if (common < MinCommon)
        {
            return 0;
        }

        (fromX, fromY, toX, toY) = (fromX / common, fromY / common, toX / common, toY / common);
        var reach = (MaxDistance * model.HeightPx) + (2 * model.DeviationPx);
        if (Squared(toX - fromX) + Squared(toY - fromY) > reach * reach)
        {
            return 0;
        }

        // The turn and scale that fit best in the least squares (Procrustes; Goodall 1991).
        var (dot, cross, spread) = (0.0, 0.0, 0.0);
        for (var i = 0; i < pose.Length; i++)
        {
            if (predicted[i].IsPresent && pose[i].IsPresent)
            {
                var (x, y, u, v) = (predicted[i].X - fromX, predicted[i].Y - fromY, pose[i].X - toX, pose[i].Y - toY);
                (dot, cross, spread) = (dot + (x * u) + (y * v), cross + (x * v) - (y * u), spread + (x * x) + (y * y));
            }
        }

        var (cos, sin) = spread > 1 ? (dot / spread, cross / spread) : (0, 0);
        var scale = Math.Sqrt((cos * cos) + (sin * sin));
        if (scale is < MinScale or > MaxScale || (Math.Abs(Math.Atan2(sin, cos)) < MinTurnRad && !IsFalling(model)))
        {
            return 0;
        }

        var sum = 0.0;
        for (var i = 0; i < pose.Length; i++)
        {
            if (predicted[i].IsPresent && pose[i].IsPresent)
            {
                var (x, y) = (predicted[i].X - fromX, predicted[i].Y - fromY);
                var squared = Squared(pose[i].X - toX - (cos * x) + (sin * y)) + Squared(pose[i].Y - toY - (sin * x) - (cos * y));
                var sigma = i < skeleton.OksSigmas.Length && float.IsFinite(skeleton.OksSigmas[i]) ? skeleton.OksSigmas[i] : MeanSigma;
                sum += Math.Exp(-squared / (2 * Squared(2 * sigma * Tolerance * model.HeightPx)));
            }
        }

        return sum / common is var shape && shape >= MinShape ? shape : 0;
    }

    /// <summary>Gives tracks that have no pose yet the free poses that are their falls, the best first.</summary>
    /// <param name="tracks">All tracks.</param>
    /// <param name="maxAge">A track that was last seen longer ago falls no more.</param>
    /// <param name="now">Time of the frame.</param>
    /// <param name="detections">The poses.</param>
    /// <param name="minScore">Least score of a pose.</param>
    /// <param name="poseOfTrack">The pose of each track; -1 for none.</param>
    public void Match(ReadOnlySpan<Track> tracks, TimeSpan maxAge, TimeSpan now, Detections detections, float minScore, Span<int> poseOfTrack)
    {
        while (true)
        {
            var (best, track, pose) = (0.0, -1, -1);
            for (var t = 0; t < tracks.Length; t++)
            {
                if (poseOfTrack[t] >= 0 || tracks[t].State == TrackState.Tentative || now - tracks[t].LastSeenAt > maxAge)
                {
                    continue;
                }

                for (var p = 0; p < detections.Count; p++)
                {
                    if (!detections.IsTaken(p) && detections.Score(p) >= minScore && Of(tracks[t].Motion, detections.Keypoints(p)) is var fit && fit > best)
                    {
                        (best, track, pose) = (fit, t, p);
                    }
                }
            }

            if (track < 0)
            {
                return;
            }

            poseOfTrack[track] = pose;
            tracks[track].Motion.Start(detections.Keypoints(pose), now); // what was predicted of the body holds no more
            detections.Take(pose);
        }
    }

    private static bool IsFalling(MotionModel model) =>
        Squared(model.VelocityXPxPerSecond) + Squared(model.VelocityYPxPerSecond) >= Squared(FallingSpeed * model.HeightPx);

    private static double Squared(double value) => value * value;
}
