using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Settings;

namespace EdgePose.Daemon.Overload;

/// <summary>Scales the network's input by <c>inputScale</c>, rounded down to the network's multiple.</summary>
internal sealed class SmallerInput : OverloadMeasure
{
    public override OverloadStep Step => OverloadStep.SmallerInput;

    protected override NetworkPlan Degrade(NetworkPlan plan, EdgePoseConfig config)
    {
        var multiple = plan.Manifest.Input.MultipleOf;
        int Scaled(int sizePx) => Math.Max(multiple, (int)(sizePx * config.Overload.InputScale) / multiple * multiple);
        return plan with { Shape = plan.Shape with { InputWidthPx = Scaled(plan.Shape.InputWidthPx), InputHeightPx = Scaled(plan.Shape.InputHeightPx) } };
    }
}
