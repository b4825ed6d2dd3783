using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Overload;
using EdgePose.Daemon.Settings;
using EdgePose.Inference;

namespace EdgePose.Daemon.Checks;

/// <summary>Checks a configuration against its networks' manifests and files, without running one. <c>config check</c>, <c>doctor</c>, start and reload all ask it.</summary>
public static class PlanCheck
{
    /// <summary>The checked plan of a configuration.</summary>
    /// <exception cref="NetworkException">A network does not fit the configuration; with every fault.</exception>
    public static NetworkPlan Of(EdgePoseConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var plan = NetworkPlan.Of(config);
        List<string> faults = [];
        void Try(Action check)
        {
            try
            {
                check();
            }
            catch (NetworkException fault)
            {
                faults.AddRange(fault.Faults);
            }
        }

        Try(() => plan.Manifest.FindExit(plan.Exit));
        Try(() => OnnxFile.Read(plan.Manifest));
        Try(() => CheckOutput(plan.Manifest, config.Output.Skeleton));
        foreach (var step in config.Overload.Enabled ? config.Overload.Steps : [])
        {
            Try(() =>
            {
                if (OverloadMeasure.PlanOf(plan, config, [step]).Manifest is var manifest && manifest != plan.Manifest)
                {
                    OnnxFile.Read(manifest);
                }
            });
        }

        return faults.Count == 0 ? plan : throw new NetworkException(faults);
    }

    /// <summary>Every fault, one line each; empty when the plan can run.</summary>
    public static IReadOnlyList<string> FaultsOf(EdgePoseConfig config)
    {
        try
        {
            Of(config);
            return [];
        }
        catch (NetworkException fault)
        {
            return fault.Faults;
        }
    }

    private static void CheckOutput(NetworkManifest manifest, Skeleton output)
    {
        if (manifest.Skeleton.MappingTo(output).IndexOf(-1) is >= 0 and var missing)
        {
            throw new NetworkException(
                $"{manifest.Path}: the network's skeleton {manifest.Skeleton.Id} has no keypoint {output.KeypointNames[missing]}, which output.skeleton {output.Id} needs; "
                + $"write \"{manifest.Skeleton.Id}\" as output.skeleton, or name another network.");
        }
    }
}
