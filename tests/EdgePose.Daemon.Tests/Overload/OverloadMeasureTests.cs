using EdgePose.Configuration.Layers;
using EdgePose.Daemon.Checks;
using EdgePose.Daemon.Overload;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Settings;
using EdgePose.Inference;

namespace EdgePose.Daemon.Tests.Overload;

public sealed class OverloadMeasureTests : IDisposable
{
    private readonly NetworkFolder full = new();
    private readonly NetworkFolder cut = new(NetworkFolder.Small(2).ToArray());
    private readonly EdgePoseConfig config;
    private readonly NetworkPlan plan;

    public OverloadMeasureTests()
    {
        config = new EdgePoseConfig
        {
            Network = new NetworkConfig { Manifest = full.Manifest, Exit = "only" },
            Overload = new OverloadConfig { Steps = [OverloadStep.FewerFrames, OverloadStep.ShallowerExit, OverloadStep.SmallerInput], ShallowerManifest = cut.Manifest },
        };
        plan = NetworkPlan.Of(config);
    }

    [Fact]
    public void Fewer_frames_change_nothing_of_the_network() => Assert.Same(plan, OverloadMeasure.PlanOf(plan, config, [OverloadStep.FewerFrames]));

    [Fact]
    public void A_smaller_input_keeps_to_what_the_network_allows()
    {
        var smaller = OverloadMeasure.PlanOf(plan, config, [OverloadStep.SmallerInput]);
        Assert.Equal(new NetworkShape(192, 336, plan.Shape.MaxBatch), smaller.Shape); // 0.75 of 256 x 456, down to multiples of 8
        Assert.Same(plan.Manifest, smaller.Manifest);
    }

    [Fact]
    public void The_shallower_network_is_the_package_that_the_configuration_names_at_its_deepest_exit()
    {
        var shallower = OverloadMeasure.PlanOf(plan, config, [OverloadStep.FewerFrames, OverloadStep.ShallowerExit]);
        Assert.Equal((cut.Manifest, null), (shallower.Manifest.Path, shallower.Exit));
        Assert.Equal(plan.Shape, shallower.Shape);
        Assert.Empty(PlanCheck.FaultsOf(config));
    }

    [Fact]
    public void The_size_is_rounded_up_to_what_each_network_takes()
    {
        using var coarse = new NetworkFolder(change: manifest => manifest["input"]!["multipleOf"] = 32);
        var mixed = config with { Overload = config.Overload with { ShallowerManifest = coarse.Manifest } };
        Assert.Equal((256, 456), (plan.Shape.InputHeightPx, plan.Shape.InputWidthPx));
        Assert.Equal(new NetworkShape(256, 480, plan.Shape.MaxBatch), OverloadMeasure.PlanOf(plan, mixed, [OverloadStep.ShallowerExit]).Shape);
        var own = NetworkPlan.Of(new EdgePoseConfig { Network = new NetworkConfig { Manifest = coarse.Manifest, InputHeightPx = 250 } });
        Assert.Equal(new NetworkShape(256, 480, own.Shape.MaxBatch), own.Shape);
    }

    [Fact]
    public void A_shallower_network_at_fault_is_found_before_it_is_needed_and_not_looked_at_when_the_step_is_off()
    {
        File.WriteAllBytes(cut.Onnx, File.ReadAllBytes(cut.Onnx)[..100]);
        Assert.Contains("cut short", Assert.Single(PlanCheck.FaultsOf(config)), StringComparison.Ordinal);
        Assert.Empty(PlanCheck.FaultsOf(config with { Overload = config.Overload with { Enabled = false } }));
        Assert.Empty(PlanCheck.FaultsOf(config with { Overload = config.Overload with { Steps = [OverloadStep.SmallerInput] } }));
    }

    [Fact]
    public void The_step_without_a_package_is_a_fault_of_the_configuration()
    {
        var text = $$"""{ "network": { "manifest": "{{full.Manifest}}" }, "overload": { "steps": ["shallowerExit", "fewerFrames", "fewerFrames"] } }""";
        var errors = EdgePoseConfiguration.Model.Parse(System.Text.Encoding.UTF8.GetBytes(text), Path.Combine(full.Folder, "edgepose.json")).Errors;
        Assert.Equal(["$.overload.steps", "$.overload.steps"], errors.Select(error => error.Path));
    }

    public void Dispose()
    {
        full.Dispose();
        cut.Dispose();
    }
}
