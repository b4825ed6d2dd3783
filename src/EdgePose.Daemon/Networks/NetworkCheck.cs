using EdgePose.Daemon.Settings;
using EdgePose.Inference;

namespace EdgePose.Daemon.Networks;

/// <summary>Whether the files of a configuration's network, and of the one for overload, are there and fit, without a provider that runs them.</summary>
public static class NetworkCheck
{
    /// <summary>What is wrong, one line each; empty when nothing is.</summary>
    public static IReadOnlyList<string> FaultsOf(EdgePoseConfig config)
    {
        try
        {
            var plan = NetworkPlan.Of(config);
            plan.Manifest.FindExit(plan.Exit);
            OnnxFile.Read(plan.Manifest);
            DegradedPlan.Check(plan, config);
            return [];
        }
        catch (NetworkException fault)
        {
            return fault.Faults;
        }
    }
}
