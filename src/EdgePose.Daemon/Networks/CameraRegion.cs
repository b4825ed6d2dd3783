using EdgePose.Cameras.Frames;
using EdgePose.Regions;
using EdgePose.Tracking;

namespace EdgePose.Daemon.Networks;

/// <summary>What one camera needs to be looked at in views: its motion, its planner, and the merger of what its views show.</summary>
internal sealed class CameraRegion
{
    private readonly MotionMap motion = new();
    private readonly RegionPlanner planner;
    private TimeSpan plannedAt = TimeSpan.MinValue;

    /// <summary>Makes one.</summary>
    /// <param name="skeleton">The network's.</param>
    /// <param name="options">The camera's.</param>
    /// <param name="tracking">How poses become tracks.</param>
    /// <param name="wholePx">Size of the whole frame's view.</param>
    /// <param name="personPx">Size of a person's view.</param>
    public CameraRegion(Skeleton skeleton, RegionOptions options, TrackerOptions tracking, (int Width, int Height) wholePx, (int Width, int Height) personPx)
    {
        IsOn = options.Enabled;
        planner = new(skeleton, options, wholePx, personPx);
        Merger = new(skeleton, tracking);
    }

    /// <summary>Whether this camera's frames are looked at in views.</summary>
    public bool IsOn { get; }

    /// <summary>Makes one list of people of what the views show.</summary>
    public ViewMerger Merger { get; }

    /// <summary>The views of the frame that was planned last.</summary>
    public ViewPlan Views { get; } = new();

    /// <summary>Plans a frame's views, and begins to merge what they show.</summary>
    public void Plan(Frame frame, ReadOnlySpan<byte> grey, Tracker tracker)
    {
        if (frame.CapturedMonotonic < plannedAt)
        {
            planner.Reset(); // the source began again
            motion.Reset();
        }

        plannedAt = frame.CapturedMonotonic;
        motion.Update(grey, frame.CapturedMonotonic);
        planner.Plan(frame.CapturedMonotonic, frame.WidthPx, frame.HeightPx, motion, tracker, Views);
        Merger.Begin(frame.WidthPx, frame.HeightPx);
    }
}
