using EdgePose.Daemon.Settings;
using EdgePose.Inference;

namespace EdgePose.Daemon.Networks;

/// <summary>The network that runs in place of the configured one while steps of overload are taken.</summary>
public static class DegradedPlan
{
    /// <summary>The plan with the steps taken. Without a step that changes the network, it is the plan itself.</summary>
    /// <param name="plan">The configured network.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="steps">The steps.</param>
    /// <exception cref="NetworkException">The manifest of the shallower network is at fault, or its skeleton differs: the trackers have the configured skeleton.</exception>
    /// <remarks>The manifest is read at each call, because the file can change after <see cref="PlanCheck"/>.</remarks>
    public static NetworkPlan Of(NetworkPlan plan, EdgePoseConfig config, IReadOnlyCollection<OverloadStep> steps)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(steps);
        if (steps.Contains(OverloadStep.ShallowerExit))
        {
            var shallower = NetworkManifest.Load(config.Resolve(config.Overload.ShallowerManifest!));
            if (shallower.Skeleton.Id != plan.Manifest.Skeleton.Id)
            {
                throw new NetworkException(
                    $"{shallower.Path}: the network for overload has the skeleton '{shallower.Skeleton.Id}', but {plan.Manifest.Id} has '{plan.Manifest.Skeleton.Id}'; name one that was cut from it in overload.shallowerManifest.");
            }

            plan = plan with { Manifest = shallower, Shape = plan.Shape.RoundedUpFor(shallower), Views = plan.Views?.RoundedUpFor(shallower), Exit = null };
        }

        if (steps.Contains(OverloadStep.SmallerInput))
        {
            var multiple = plan.Manifest.Input.MultipleOf;
            int Scaled(int sizePx) => Math.Max(multiple, (int)(sizePx * config.Overload.InputScale) / multiple * multiple);
            plan = plan with { Shape = plan.Shape with { InputWidthPx = Scaled(plan.Shape.InputWidthPx), InputHeightPx = Scaled(plan.Shape.InputHeightPx) } };
        }

        return plan;
    }
}
