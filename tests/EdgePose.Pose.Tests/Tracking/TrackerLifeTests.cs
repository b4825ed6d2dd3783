using EdgePose.Tracking;

namespace EdgePose.Tests.Tracking;

public sealed class TrackerLifeTests
{
    private static readonly TimeSpan Frame = TimeSpan.FromSeconds(1 / 15.0);
    private readonly Tracker tracker = new(Skeletons.Coco18, new TrackerOptions());

    private static Walker Still(double x = 600) => new(300, Walker.Line(x, 700, 0));

    private void Shoot(Scene scene, int from, int to)
    {
        for (int frame = from; frame < to; frame++)
        {
            scene.Shoot(frame / 15.0);
            tracker.Update(scene.Poses, frame * Frame);
        }
    }

    [Fact]
    public void A_person_is_announced_once_in_the_frame_that_confirms()
    {
        Scene scene = new(1, Still());
        Shoot(scene, 0, 2);
        Assert.Equal(0, tracker.Visible.Length);
        Shoot(scene, 2, 3);
        Assert.Equal(1, tracker.Started.Length);
        Assert.Same(tracker.Started[0], tracker.Visible[0]);
        Track track = tracker.Visible[0];
        Assert.Equal((1L, TrackState.Visible, 3, TimeSpan.Zero, 2 * Frame), (track.Id, track.State, track.FramesSeen, track.StartedAt, track.LastSeenAt));
        Shoot(scene, 3, 4);
        Assert.Equal((0, 1), (tracker.Started.Length, tracker.Visible.Length));
    }

    [Fact]
    public void A_track_is_hidden_then_ended_once_and_never_seen_again()
    {
        Shoot(new Scene(1, Still()), 0, 30);
        Scene empty = new(1);
        Shoot(empty, 30, 31);
        Assert.Equal((0, 1, 0), (tracker.Visible.Length, tracker.Hidden.Length, tracker.Ended.Length));
        Assert.Equal((TrackState.Hidden, -1), (tracker.Hidden[0].State, tracker.Hidden[0].PoseIndex));
        int ended = 0;
        for (int frame = 31; frame < 90; frame++)
        {
            Shoot(empty, frame, frame + 1);
            ended += tracker.Ended.Length;
            if (tracker.Ended.Length > 0)
            {
                Assert.Equal((1L, TrackState.Ended, 29 * Frame), (tracker.Ended[0].Id, tracker.Ended[0].State, tracker.Ended[0].LastSeenAt));
                Assert.Equal(29 + 38, frame); // the first frame later than 2.5 s after the last sight
            }
        }

        Assert.Equal(1, ended);
        Assert.Equal(0, tracker.Hidden.Length);
    }

    [Fact]
    public void When_the_camera_goes_every_announced_person_ends_and_ids_go_on()
    {
        Shoot(new Scene(1, Still(), Still(1200)), 0, 10);
        Shoot(new Scene(1, Still(), Still(1200), Still(1700)), 10, 11);
        tracker.End();
        Assert.Equal([1L, 2L], tracker.Ended.ToArray().Select(t => t.Id));
        Assert.Equal((0, 0), (tracker.Visible.Length, tracker.Hidden.Length));
        tracker.End();
        Assert.Equal(0, tracker.Ended.Length);
        Shoot(new Scene(1, Still()), 0, 5); // the camera's new process counts from 0 again
        Assert.Equal((3L, 4 * Frame), (tracker.Visible[0].Id, tracker.Visible[0].LastSeenAt));
    }

    [Theory]
    [InlineData(15)]
    [InlineData(2)]
    public void Without_any_hidden_time_a_person_who_is_seen_in_each_frame_keeps_the_id(double framesPerSecond)
    {
        Tracker strict = new(Skeletons.Coco18, new TrackerOptions { MaxHiddenSeconds = 0 });
        Scene scene = new(1, Still());
        for (int frame = 0; frame < 30; frame++)
        {
            scene.Shoot(frame / framesPerSecond);
            strict.Update(scene.Poses, TimeSpan.FromSeconds(frame / framesPerSecond));
        }

        Assert.Equal((1, 1L), (strict.Visible.Length, strict.Visible[0].Id));
        strict.Update(new PoseList(Skeletons.Coco18), TimeSpan.FromSeconds(30 / framesPerSecond));
        strict.Update(new PoseList(Skeletons.Coco18), TimeSpan.FromSeconds(31 / framesPerSecond));
        Assert.Equal(1, strict.Ended.Length);
    }

    [Fact]
    public void A_low_score_continues_a_track_but_starts_none()
    {
        Scene scene = new(1, Still(), Still(1200)) { Score = (i, t) => i == 1 || t > 0.5 ? 0.2f : 0.8f };
        Shoot(scene, 0, 60);
        Assert.Equal([1L], tracker.Visible.ToArray().Select(t => t.Id));
        Assert.Equal(0, scene.Owners[tracker.Visible[0].PoseIndex]);
        Assert.Equal(0.2f, tracker.Visible[0].Score);
        Shoot(new Scene(1, Still()) { Score = (_, _) => 0.05f }, 60, 61);
        Assert.Equal((0, 1), (tracker.Visible.Length, tracker.Hidden.Length));
    }

    [Fact]
    public void A_person_found_twice_or_in_two_halves_stays_one_track()
    {
        Scene scene = new(1, Still());
        for (int frame = 0; frame < 60; frame++)
        {
            scene.Shoot(frame / 15.0);
            Keypoint[] whole = scene.Poses.KeypointsOf(0).ToArray();
            if (frame % 3 == 2)
            {
                scene.Poses.Clear();
                scene.Poses.TryAdd(0.8f, out Span<Keypoint> upper);
                whole.AsSpan(0, 8).CopyTo(upper);
                scene.Poses.TryAdd(0.7f, out Span<Keypoint> lower);
                whole.AsSpan(8, 6).CopyTo(lower[8..]);
                lower[2] = whole[2]; // their boxes overlap
            }
            else if (frame % 2 == 0)
            {
                scene.Poses.TryAdd(0.9f, out Span<Keypoint> again);
                whole.CopyTo(again);
                foreach (ref Keypoint keypoint in again)
                {
                    keypoint = keypoint with { X = keypoint.X + 4 };
                }
            }

            tracker.Update(scene.Poses, frame * Frame);
            Assert.InRange(tracker.Visible.Length, frame < 2 ? 0 : 1, 1);
        }

        Assert.Equal(1, tracker.Visible[0].Id);
    }

    [Fact]
    public void Time_that_stands_still_or_goes_back_moves_nobody_and_ends_nobody()
    {
        Scene scene = new(1, new Walker(300, Walker.Line(300, 700, 100)));
        Shoot(scene, 0, 30);
        float x = tracker.Visible[0].Box.CentreXPx;
        foreach (double seconds in (double[])[30 / 15.0, 30 / 15.0, 1, -1000, 30 / 15.0])
        {
            scene.Shoot(2);
            tracker.Update(scene.Poses, TimeSpan.FromSeconds(seconds));
            Assert.Equal((1, 1L), (tracker.Visible.Length, tracker.Visible[0].Id));
            Assert.InRange(tracker.Visible[0].Box.CentreXPx, x - 5, x + 15);
            Assert.True(float.IsFinite(tracker.Visible[0].VelocityXPxPerSecond));
        }

        Shoot(scene, 31, 60);
        Assert.Equal(1, tracker.Visible[0].Id);
        Assert.InRange(tracker.Visible[0].VelocityXPxPerSecond, 70, 130);
    }

    [Fact]
    public void Keypoints_that_are_not_finite_count_as_absent_and_harm_no_track()
    {
        Random random = new(1);
        Scene scene = new(1, Still());
        float[] poison = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -1e30f];
        for (int frame = 0; frame < 60; frame++)
        {
            scene.Shoot(frame / 15.0);
            Span<Keypoint> keypoints = scene.Poses.KeypointsOf(0);
            for (int k = 0; k < 4; k++)
            {
                ref Keypoint keypoint = ref keypoints[random.Next(18)];
                float bad = poison[random.Next(poison.Length)];
                keypoint = random.Next(3) switch
                {
                    0 => keypoint with { X = bad },
                    1 => keypoint with { Y = bad },
                    _ => keypoint with { Confidence = float.NaN },
                };
            }

            scene.Poses.TryAdd(float.NaN, out Span<Keypoint> noScore);
            keypoints.CopyTo(noScore);
            scene.Poses.TryAdd(0.9f, out _); // a pose without keypoints
            tracker.Update(scene.Poses, frame * Frame);
        }

        Assert.Equal((1, 1L), (tracker.Visible.Length, tracker.Visible[0].Id));
        foreach (Keypoint keypoint in tracker.Visible[0].Keypoints)
        {
            Assert.True(!keypoint.IsPresent || (keypoint.X is > 400 and < 800 && keypoint.Y is > 300 and < 800), keypoint.ToString());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Any_number_of_keypoints_can_be_tracked(int count)
    {
        Skeleton skeleton = new()
        {
            Id = "few",
            KeypointNames = [.. Enumerable.Range(0, count).Select(i => $"k{i}")],
            Limbs = [],
            Mirror = [.. Enumerable.Range(0, count)],
            OksSigmas = [.. Enumerable.Repeat(float.NaN, count)],
        };
        Tracker few = new(skeleton, new TrackerOptions());
        PoseList poses = new(skeleton);
        for (int frame = 0; frame < 30; frame++)
        {
            poses.Clear();
            poses.TryAdd(0.9f, out Span<Keypoint> keypoints);
            for (int i = 0; i < count; i++)
            {
                keypoints[i] = new Keypoint(100 + (40 * i) + frame, 200 + (30 * (i % 2)), 0.9f);
            }

            few.Update(poses, frame * Frame);
        }

        Assert.Equal((1, 1L), (few.Visible.Length, few.Visible[0].Id));
    }

    [Fact]
    public void Poses_of_another_skeleton_are_refused()
    {
        Assert.Throws<ArgumentException>(() => tracker.Update(new PoseList(Skeletons.Coco17), TimeSpan.Zero));
    }
}
