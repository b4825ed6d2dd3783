using EdgePose.Tracking;

namespace EdgePose.Tests.Tracking;

public sealed class SmoothingTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(5, 1.2)]
    [InlineData(15, 1.8)]
    [InlineData(30, 2.5)]
    public void A_still_persons_jitter_falls(double framesPerSecond, double factor)
    {
        Walker walker = new(300, Walker.Line(600, 700, 0));
        Scene scene = new(1, walker) { Noise = 0.01 };
        Tracker tracker = new(Skeletons.Coco18, new TrackerOptions());
        Keypoint[] truth = new Keypoint[18];
        walker.Draw(0, truth);
        (double raw, double smooth) = (0, 0);
        for (int frame = 0; frame < 600; frame++)
        {
            double t = frame / framesPerSecond;
            scene.Shoot(t);
            tracker.Update(scene.Poses, TimeSpan.FromSeconds(t));
            for (int k = 0; k < 18 && frame >= 30; k++)
            {
                raw += Squared(scene.Poses[0].Keypoints[k], truth[k]);
                smooth += Squared(tracker.Visible[0].Keypoints[k], truth[k]);
            }
        }

        double fall = Math.Sqrt(raw / smooth);
        output.WriteLine($"{framesPerSecond} fps: RMS error {Math.Sqrt(raw / smooth):0.00} times smaller");
        Assert.True(fall >= factor, $"only {fall:0.00} times");
    }

    [Theory]
    [InlineData(15)]
    [InlineData(30)]
    public void A_raised_arm_lags_by_less_than_a_tenth_of_a_second(double framesPerSecond)
    {
        // The wrist rises at one body height a second for half a second, about as fast as one greets.
        double worst = 0;
        Scene scene = new(1, new Walker(300, Walker.Line(600, 700, 0))) { Noise = 0 };
        Tracker tracker = new(Skeletons.Coco18, new TrackerOptions());
        for (int frame = 0; frame < 3 * framesPerSecond; frame++)
        {
            double t = frame / framesPerSecond;
            scene.Shoot(t);
            float raised = (float)(300 * Math.Clamp(t - 2, 0, 0.5));
            Span<Keypoint> keypoints = scene.Poses.KeypointsOf(0);
            keypoints[4] = keypoints[4] with { Y = keypoints[4].Y - raised };
            tracker.Update(scene.Poses, TimeSpan.FromSeconds(t));
            worst = frame < 3 ? 0 : Math.Max(worst, tracker.Visible[0].Keypoints[4].Y - keypoints[4].Y);
        }

        output.WriteLine($"{framesPerSecond} fps: at most {worst / 300:0.000} s behind");
        Assert.True(worst / 300 < 0.1, $"{worst / 300} s");
    }

    [Fact]
    public void Near_and_far_people_are_smoothed_alike()
    {
        double[] errors = [.. new[] { 100f, 800f }.Select(height =>
        {
            Scene scene = new(1, new Walker(height, Walker.Line(600, 900, height * 0.5)));
            Tracker tracker = new(Skeletons.Coco18, new TrackerOptions());
            double sum = 0;
            for (int frame = 0; frame < 60; frame++)
            {
                scene.Shoot(frame / 30.0);
                tracker.Update(scene.Poses, TimeSpan.FromSeconds(frame / 30.0));
                sum += frame < 3 ? 0 : Math.Sqrt(Squared(tracker.Visible[0].Keypoints[1], scene.Poses[0].Keypoints[1])) / height;
            }

            return sum;
        })];
        Assert.Equal(errors[0], errors[1], 0.01 * errors[0]);
    }

    [Fact]
    public void A_keypoint_that_comes_back_after_long_is_not_dragged_from_where_it_was()
    {
        Scene scene = new(1, new Walker(300, Walker.Line(100, 700, 240))) { Noise = 0, IsAway = (_, t) => t is > 1 and < 2.9 };
        Tracker tracker = new(Skeletons.Coco18, new TrackerOptions());
        for (int frame = 0; frame <= 45; frame++)
        {
            scene.Shoot(frame / 15.0);
            tracker.Update(scene.Poses, TimeSpan.FromSeconds(frame / 15.0));
        }

        Assert.Equal(1, tracker.Visible[0].Id);
        Assert.InRange(Math.Sqrt(Squared(tracker.Visible[0].Keypoints[1], scene.Poses[0].Keypoints[1])), 0, 10);
    }

    private static double Squared(Keypoint one, Keypoint other) => ((one.X - other.X) * (one.X - other.X)) + ((one.Y - other.Y) * (one.Y - other.Y));
}
