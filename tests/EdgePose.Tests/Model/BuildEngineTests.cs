using EdgePose.Daemon.Settings;
using EdgePose.Configuration.Layers;
using EdgePose.Daemon.Networks;
using EdgePose.Inference;

namespace EdgePose.Cli.Tests.Model;

/// <summary>What can be held without a GPU: what is built, where, and the refusals. That an engine is built, and that the daemon takes it, is not proved here.</summary>
public sealed class BuildEngineTests : IDisposable
{
    private static readonly string Manifest = Path.Combine(AppContext.BaseDirectory, "models", "edgepose-v0.json");

    private readonly ScratchFolder scratch = new();

    [Fact]
    public async Task A_dry_run_names_the_folder_of_the_engine_that_the_daemon_would_use()
    {
        var file = Configuration("""["tensorrt", "cpu"]""");
        var (code, output, error) = await ShippedProgram.RunAsync("model", "build-engine", "--config", file, "--dry-run");
        Assert.True(code == 0, error);

        var plan = NetworkPlan.Of(EdgePoseConfiguration.Model.Load(file).Config!);
        var engine = TensorRtEngine.Of(plan.Manifest, plan.Shape, plan.Options);
        Assert.StartsWith(scratch.File("engines"), engine.Folder, StringComparison.Ordinal);
        Assert.Contains($"{engine.Folder} (not built yet)", output, StringComparison.Ordinal);
        Assert.Contains("image:3x3x192x320", output, StringComparison.Ordinal);
        Assert.Contains("Int8", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.File("engines")), "a dry run touches nothing");
    }

    [Fact]
    public async Task Options_in_place_of_a_configuration_lead_to_the_same_engine()
    {
        var (_, fromFile, _) = await ShippedProgram.RunAsync("model", "build-engine", "--config", Configuration("""["tensorrt"]"""), "--dry-run");
        var (code, fromOptions, error) = await ShippedProgram.RunAsync(
            "model", "build-engine", "--network", Manifest, "--width", "320", "--height", "192", "--batch", "3", "--precision", "Int8", "--engine-cache", scratch.File("engines"), "--dry-run");
        Assert.True(code == 0, error);
        Assert.Equal(fromFile, fromOptions);
    }

    [Fact]
    public async Task A_build_without_tensorrt_says_so_and_what_to_do()
    {
        Assert.SkipWhen(TensorRtEngine.WhyUnavailable() is null, "this build has TensorRT");
        var (code, _, error) = await ShippedProgram.RunAsync("model", "build-engine", "--config", Configuration("""["tensorrt", "cuda", "cpu"]"""));
        Assert.Equal(69, code);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("-p:EdgePoseGpu=true", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.File("engines")), "a refusal leaves no folder");
    }

    [Fact]
    public async Task A_configuration_that_asks_for_no_engine_is_refused()
    {
        var (code, _, error) = await ShippedProgram.RunAsync("model", "build-engine", "--config", Configuration("""["cpu"]"""));
        Assert.Equal(78, code);
        Assert.Contains("network.providers", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_at_fault_lists_its_errors()
    {
        var file = scratch.File("wrong.json");
        await File.WriteAllTextAsync(file, """{ "network": { "manifest": "none.json", "inputWidth": 1 } }""", TestContext.Current.CancellationToken);
        var (code, _, error) = await ShippedProgram.RunAsync("model", "build-engine", "--config", file);
        Assert.Equal(78, code);
        Assert.Contains("inputWidth", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Give --config FILE, or --network MANIFEST", "--dry-run")]
    [InlineData("give one of them", "--config", "a.json", "--batch", "2")]
    [InlineData("must be 1 to 64", "--network", "a.json", "--batch", "65")]
    public async Task A_command_line_that_does_not_say_what_to_build_is_refused(string says, params string[] arguments)
    {
        var (code, _, error) = await ShippedProgram.RunAsync(["model", "build-engine", .. arguments]);
        Assert.Equal(64, code);
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    public void Dispose() => scratch.Dispose();

    private string Configuration(string providers)
    {
        var file = scratch.File($"{Guid.NewGuid():N}.json");
        File.WriteAllText(file, $$"""
            {
              "network": {
                "manifest": "{{Manifest}}", "inputWidthPx": 320, "inputHeightPx": 192, "maxBatch": 3, "precision": "int8", "providers": {{providers}}, "engineCachePath": "engines"
              }
            }
            """);
        return file;
    }
}
