using System.Collections.Immutable;
using EdgePose.Cameras.Frames;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Settings;
using EdgePose.Inference;

namespace EdgePose.Daemon.Overload;

/// <summary>What one overload step gives up while it is taken: frames of cameras, or a part of the network. One class per step.</summary>
public abstract class OverloadMeasure
{
    /// <summary>All measures. A network is degraded in this order.</summary>
    private static readonly ImmutableArray<OverloadMeasure> All = [new FewerFrames(), new ShallowerExit(), new SmallerInput()];

    /// <summary>Its name in the configuration.</summary>
    public abstract OverloadStep Step { get; }

    /// <summary>Whether cameras below the highest priority lose frames on purpose while it is taken.</summary>
    public virtual bool KeepsFramesBack => false;

    /// <summary>The measure of a step.</summary>
    public static OverloadMeasure Of(OverloadStep step) => All.First(measure => measure.Step == step);

    /// <summary>The network to run while steps are taken. Without a step that changes the network, it is the plan itself.</summary>
    /// <param name="plan">The configured network.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="steps">The steps.</param>
    /// <exception cref="NetworkException">The network of a step is at fault.</exception>
    public static NetworkPlan PlanOf(NetworkPlan plan, EdgePoseConfig config, IReadOnlyCollection<OverloadStep> steps) =>
        All.Where(measure => steps.Contains(measure.Step)).Aggregate(plan, (degraded, measure) => measure.Degrade(degraded, config));

    /// <summary>Limits the cameras as the steps ask, and takes away the limits of steps that are not taken.</summary>
    public static void LimitCameras(CameraFeed[] feeds, OverloadConfig config, IReadOnlyCollection<OverloadStep> steps)
    {
        foreach (var measure in All)
        {
            measure.Limit(feeds, config, steps.Contains(measure.Step));
        }
    }

    /// <summary>The network with this measure.</summary>
    /// <exception cref="NetworkException">The network of the measure is at fault.</exception>
    protected virtual NetworkPlan Degrade(NetworkPlan plan, EdgePoseConfig config) => plan;

    /// <summary>Limits the cameras, or takes the limit away.</summary>
    protected virtual void Limit(CameraFeed[] feeds, OverloadConfig config, bool isTaken)
    {
    }
}
