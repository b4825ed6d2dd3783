using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Settings;
using EdgePose.Inference;

namespace EdgePose.Daemon.Overload;

/// <summary>Runs the network of <c>shallowerManifest</c>. Its manifest is read at each call, because the file can change after its check.</summary>
internal sealed class ShallowerExit : OverloadMeasure
{
    public override OverloadStep Step => OverloadStep.ShallowerExit;

    protected override NetworkPlan Degrade(NetworkPlan plan, EdgePoseConfig config)
    {
        var shallower = NetworkManifest.Load(config.Resolve(config.Overload.ShallowerManifest!));
        return shallower.Skeleton.Id == plan.Manifest.Skeleton.Id
            ? plan with { Manifest = shallower, Shape = plan.Shape.RoundedUpFor(shallower), Views = plan.Views?.RoundedUpFor(shallower), Exit = null }
            : throw new NetworkException(
                $"{shallower.Path}: the network for overload has the skeleton '{shallower.Skeleton.Id}', but {plan.Manifest.Id} has '{plan.Manifest.Skeleton.Id}'; name one that was cut from it in overload.shallowerManifest.");
    }
}
