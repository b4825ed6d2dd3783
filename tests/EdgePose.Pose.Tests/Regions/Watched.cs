using EdgePose.Regions;
using EdgePose.Tests.Tracking;
using EdgePose.Tracking;

namespace EdgePose.Tests.Regions;

/// <summary>Somebody in front of a camera: a walker, and by how much the body is turned in the picture at a time.</summary>
public sealed record Actor(Walker Walker, Func<double, double> TurnRad, Func<double, bool> IsThere)
{
    public static Actor Upright(Walker walker) => new(walker, _ => 0, _ => true);

    public void Draw(double seconds, Span<Keypoint> keypoints)
    {
        Walker.Draw(seconds, keypoints);
        var (feetX, feetY) = Walker.Feet(seconds);
        var (x, y, turn) = (feetX, feetY - (Walker.HeightPx / 2), TurnRad(seconds));
        var (cos, sin) = (Math.Cos(turn), Math.Sin(turn));
        foreach (ref var keypoint in keypoints)
        {
            var (dx, dy) = (keypoint.X - x, keypoint.Y - y);
            keypoint = keypoint with { X = (float)(x + (cos * dx) - (sin * dy)), Y = (float)(y + (sin * dx) + (cos * dy)) };
        }
    }
}

/// <summary>
/// A camera with a planner, a merger and a tracker on drawn people. In place of the network: a person is found in a view who is upright and at least 36 px tall in it and of whom
/// a third of the keypoints lie inside.
/// </summary>
public sealed class Watched
{
    private const double FoundFromPx = 36;
    private const double FoundToTurnRad = 0.9;

    private readonly Actor[] actors;
    private readonly byte[] grey = new byte[MotionMap.Columns * MotionMap.Rows];
    private readonly PoseList found = new(Skeletons.Coco18);
    private readonly PoseList people = new(Skeletons.Coco18);
    private readonly ViewMerger merger = new(Skeletons.Coco18, new TrackerOptions());
    private readonly Keypoint[] drawn = new Keypoint[18];
    private readonly RegionPlanner planner;

    public Watched(RegionOptions options, params Actor[] actors)
    {
        this.actors = actors;
        planner = new(Skeletons.Coco18, options, (456, 256), (120, 160));
    }

    public const int WidthPx = 1280;
    public const int HeightPx = 720;

    public MotionMap Motion { get; } = new();

    public Tracker Tracker { get; } = new(Skeletons.Coco18, new TrackerOptions());

    public ViewPlan Plan { get; } = new();

    public long Pixels { get; private set; }

    /// <summary>Added to every grey level, by time.</summary>
    public Func<double, int> Light { get; init; } = _ => 0;

    /// <summary>Whether what a view of a kind shows is found at all, by time.</summary>
    public Func<double, View, bool> Finds { get; init; } = (_, _) => true;

    /// <summary>One frame.</summary>
    public void Shoot(double seconds)
    {
        DrawGrey(seconds);
        var now = TimeSpan.FromSeconds(seconds);
        Motion.Update(grey, now);
        planner.Plan(now, WidthPx, HeightPx, Motion, Tracker, Plan);
        Pixels += Plan.Pixels;
        merger.Begin(WidthPx, HeightPx);
        foreach (var view in Plan.Views)
        {
            Look(seconds, view);
            merger.Add(view, found);
        }

        merger.Finish(people);
        Tracker.Update(people, now);
    }

    private void Look(double seconds, in View view)
    {
        found.Clear();
        foreach (var actor in actors)
        {
            if (!actor.IsThere(seconds) || !Finds(seconds, view) || actor.Walker.HeightPx * view.Scale < FoundFromPx
                || Math.Abs(Math.IEEERemainder(actor.TurnRad(seconds) - view.AngleRad, 2 * Math.PI)) > FoundToTurnRad)
            {
                continue;
            }

            actor.Draw(seconds, drawn);
            var inside = 0;
            foreach (ref var keypoint in drawn.AsSpan())
            {
                var (x, y) = view.ToView(keypoint.X, keypoint.Y);
                keypoint = x >= 0 && y >= 0 && x < view.WidthPx && y < view.HeightPx ? keypoint : default;
                inside += keypoint.IsPresent ? 1 : 0;
            }

            if (inside >= 6 && found.TryAdd(0.8f * MathF.Sqrt(inside / 18f), out var added))
            {
                drawn.CopyTo(added);
            }
        }
    }

    /// <summary>A person is 100 levels brighter than the hall.</summary>
    private void DrawGrey(double seconds)
    {
        grey.AsSpan().Fill((byte)(60 + Light(seconds)));
        foreach (var actor in actors)
        {
            if (!actor.IsThere(seconds))
            {
                continue;
            }

            actor.Draw(seconds, drawn);
            var box = BoundingBox.Around(drawn);
            var (x, y) = ((float)MotionMap.Columns / WidthPx, (float)MotionMap.Rows / HeightPx);
            for (var row = (int)Math.Max(0, box.YPx * y); row < Math.Min(MotionMap.Rows, (box.YPx + box.HeightPx) * y); row++)
            {
                for (var column = (int)Math.Max(0, box.XPx * x); column < Math.Min(MotionMap.Columns, (box.XPx + box.WidthPx) * x); column++)
                {
                    grey[(row * MotionMap.Columns) + column] = (byte)(160 + Light(seconds));
                }
            }
        }
    }
}
