using EdgePose.Tracking;

namespace EdgePose.Tests.Tracking;

public sealed class TrackerCrowdTests
{
    private static Scene Crowd(int people, int seed)
    {
        Random random = new(seed);
        Walker[] walkers = [.. Enumerable.Range(0, people).Select(_ => new Walker(
            60 + random.Next(40), Walker.Wander(random, 3840, 2160), random.NextDouble()))];
        return new Scene(seed, walkers) { Dropped = 0.1, Missed = 0.1 };
    }

    [Fact]
    public void A_hundred_and_twenty_eight_people_on_a_grid_keep_their_ids()
    {
        Walker[] walkers = [.. Enumerable.Range(0, 128).Select(i => new Walker(
            100, Walker.Line(100 + (110 * (i % 16)), 150 + (120 * (i / 16)), 10)))];
        Scene scene = new(1, walkers) { Missed = 0.05 };
        Tracker tracker = new(Skeletons.Coco18, new TrackerOptions());
        IdentityScore score = new();
        for (int frame = 0; frame < 60; frame++)
        {
            scene.Shoot(frame / 15.0);
            tracker.Update(scene.Poses, TimeSpan.FromSeconds(frame / 15.0));
            score.Add(scene, tracker);
        }

        Assert.Equal(0, score.Switches);
        Assert.All(Enumerable.Range(0, 128), i => Assert.Single(score.IdsOf(i)));
    }

    [Fact]
    public void More_people_than_the_most_are_left_out_without_harm()
    {
        Scene scene = Crowd(150, 2);
        Tracker tracker = new(Skeletons.Coco18, new TrackerOptions { MaxPeople = 32 });
        for (int frame = 0; frame < 100; frame++)
        {
            scene.Shoot(frame / 15.0);
            tracker.Update(scene.Poses, TimeSpan.FromSeconds(frame / 15.0));
            Assert.InRange(tracker.Visible.Length, 0, 32);
        }
    }

    [Fact]
    public void An_update_allocates_nothing_once_warm() => Assert.Equal(0, Allocated.EveryTime(AllocatedOnceWarm));

    private static long AllocatedOnceWarm()
    {
        Scene scene = Crowd(40, 3);
        Tracker tracker = new(Skeletons.Coco18, new TrackerOptions());
        long allocated = 0;
        for (int frame = 0; frame < 400; frame++)
        {
            scene.Shoot(frame / 15.0);
            long before = GC.GetAllocatedBytesForCurrentThread();
            tracker.Update(scene.Poses, TimeSpan.FromSeconds(frame / 15.0));
            allocated += frame < 50 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return allocated;
    }

    [Fact]
    public void The_same_poses_give_the_same_tracks()
    {
        Assert.Equal(Record(), Record());

        static List<(long, int, Keypoint)> Record()
        {
            Scene scene = Crowd(30, 4);
            Tracker tracker = new(Skeletons.Coco18, new TrackerOptions());
            List<(long, int, Keypoint)> record = [];
            for (int frame = 0; frame < 100; frame++)
            {
                scene.Shoot(frame / 15.0);
                tracker.Update(scene.Poses, TimeSpan.FromSeconds(frame / 15.0));
                foreach (Track track in tracker.Visible)
                {
                    record.Add((track.Id, track.PoseIndex, track.Keypoints[frame % 18]));
                }
            }

            return record;
        }
    }
}
