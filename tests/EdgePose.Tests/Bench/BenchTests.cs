using System.Text.Json;

namespace EdgePose.Cli.Tests.Bench;

public sealed class BenchTests
{
    [Fact]
    public async Task Every_step_of_a_short_run_is_measured_and_told_as_json()
    {
        var (code, output, error) = await ShippedProgram.RunAsync("bench", "--seconds", "2", "--cameras", "2", "--batch", "2", "--provider", "Cpu", "--width", "232", "--height", "128", "--json", "-");
        Assert.True(code == 0, error);
        using var document = JsonDocument.Parse(output);
        var report = document.RootElement;
        Assert.Equal(["decode", "prepare", "infer", "group", "track", "publish", "send"], report.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("step").GetString()));
        Assert.All(report.GetProperty("steps").EnumerateArray(), step =>
        {
            Assert.True(step.GetProperty("count").GetInt64() > 0, step.ToString());
            Assert.True(step.GetProperty("p50Ms").GetDouble() <= step.GetProperty("p95Ms").GetDouble(), step.ToString());
            Assert.True(step.GetProperty("p95Ms").GetDouble() <= step.GetProperty("p99Ms").GetDouble(), step.ToString());
        });
        Assert.Equal(report.GetProperty("frames").GetDouble() / report.GetProperty("seconds").GetDouble(), report.GetProperty("framesPerSecond").GetDouble(), 0.05);
        Assert.True(report.GetProperty("poseMessagesSent").GetInt64() > 0);
        Assert.Equal("Cpu", report.GetProperty("network").GetProperty("providerRan").GetString());
    }

    [Theory]
    [InlineData(66, "no such file", "--source", "none.mp4")]
    [InlineData(64, "must be 1 to 256", "--cameras", "0")]
    [InlineData(73, "cannot be written", "--json", "no/such/folder/bench.json")]
    public async Task What_cannot_be_measured_is_told_with_an_exit_code(int expected, string says, params string[] arguments)
    {
        var (code, _, error) = await ShippedProgram.RunAsync(["bench", .. arguments]);
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Equal(expected, code);
    }
}
