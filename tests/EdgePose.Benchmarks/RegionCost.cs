using System.Globalization;
using EdgePose.Regions;
using EdgePose.Tracking;

namespace EdgePose.Benchmarks;

/// <summary>What planning a frame, merging its views and following its people costs with 20 people, and what the motion map costs, in milliseconds.</summary>
internal static class RegionCost
{
    private const int People = 20;
    private const int Frames = 600;
    private const double AskedMs = 0.3;
    private const int WidthPx = 1920;
    private const int HeightPx = 1080;

    // Upright, in body heights: x to the right of the middle, y above the feet; COCO-18.
    private static readonly (float X, float Y)[] Upright =
    [
        (0, .92f), (0, .82f), (-.11f, .82f), (-.13f, .64f), (-.13f, .5f), (.11f, .82f), (.13f, .64f), (.13f, .5f), (-.06f, .53f),
        (-.06f, .29f), (-.06f, .04f), (.06f, .53f), (.06f, .29f), (.06f, .04f), (-.02f, .94f), (.02f, .94f), (-.045f, .93f), (.045f, .93f),
    ];

    public static int Run(string[] arguments)
    {
        _ = arguments;
        var tracker = new Tracker(Skeletons.Coco18, new TrackerOptions());
        var planner = new RegionPlanner(Skeletons.Coco18, new RegionOptions { Budget = 4 }, (456, 256), (120, 160));
        var merger = new ViewMerger(Skeletons.Coco18, new TrackerOptions());
        var (motion, plan, poses, people) = (new MotionMap(), new ViewPlan(), new PoseList(Skeletons.Coco18), new PoseList(Skeletons.Coco18));
        var grey = new byte[MotionMap.Columns * MotionMap.Rows];
        var (motionMs, planMs, views) = (new List<double>(), new List<double>(), 0);
        for (var frame = 0; frame < Frames; frame++)
        {
            var seconds = frame / 15.0;
            Random.Shared.NextBytes(grey.AsSpan(0, 400)); // something moves that nobody explains
            var start = TimeProvider.System.GetTimestamp();
            motion.Update(grey, TimeSpan.FromSeconds(seconds));
            motionMs.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);

            start = TimeProvider.System.GetTimestamp();
            planner.Plan(TimeSpan.FromSeconds(seconds), WidthPx, HeightPx, motion, tracker, plan);
            merger.Begin(WidthPx, HeightPx);
            var took = TimeProvider.System.GetElapsedTime(start);
            foreach (var view in plan.Views)
            {
                Look(view, seconds, poses);
                start = TimeProvider.System.GetTimestamp();
                merger.Add(view, poses);
                took += TimeProvider.System.GetElapsedTime(start);
            }

            start = TimeProvider.System.GetTimestamp();
            merger.Finish(people);
            tracker.Update(people, TimeSpan.FromSeconds(seconds));
            took += TimeProvider.System.GetElapsedTime(start);
            planMs.Add(took.TotalMilliseconds);
            views += plan.Views.Length;
        }

        var median = Median(planMs);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{tracker.Visible.Length} people tracked, {(double)views / Frames:0.0} views a frame\nmotion map: {Median(motionMs):0.000} ms a frame (median)\nplan, merge and track: {median:0.000} ms a frame (median); asked {AskedMs} ms"));
        return median <= AskedMs ? 0 : 1;
    }

    private static double Median(List<double> values)
    {
        var sorted = values.Skip(values.Count / 4).Order().ToArray(); // the compiler is at work at first
        return sorted[sorted.Length / 2];
    }

    /// <summary>The people whose middle a view shows.</summary>
    private static void Look(in View view, double seconds, PoseList poses)
    {
        poses.Clear();
        for (var i = 0; i < People; i++)
        {
            var (x, y) = (120 + (180 * (i % 10)) + (20 * Math.Sin(seconds + i)), 400.0 + (500 * (i / 10)));
            var (middleX, middleY) = view.ToView(x, y - 100);
            if (middleX >= 0 && middleY >= 0 && middleX < view.WidthPx && middleY < view.HeightPx && poses.TryAdd(0.7f, out var keypoints))
            {
                for (var k = 0; k < keypoints.Length; k++)
                {
                    keypoints[k] = new((float)(x + (220 * Upright[k].X)), (float)(y - (220 * Upright[k].Y)), 0.8f);
                }
            }
        }
    }
}
