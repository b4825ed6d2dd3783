using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace EdgePose.Web.Tests;

/// <summary>What Prometheus gets from a daemon that runs.</summary>
public sealed partial class MetricsTests
{
    private const int MostSeriesOfACamera = 150;

    [Fact]
    public async Task A_scrape_of_a_real_run_has_every_family_with_its_unit_and_bounded_labels()
    {
        await using var rig = await PageRig.StartAsync(PageRig.Config(cameras: 2));
        await rig.SeeFramesAsync();
        await PageRig.UntilAsync(() => rig.Service.Live!.Cameras.All(camera => camera.Status.FramesInferred > 0));

        var text = await rig.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        var samples = Parse(text);
        string[] families =
        [
            "edgepose_camera_frames_total", "edgepose_camera_frames_received_total", "edgepose_camera_frame_latency_seconds_bucket", "edgepose_camera_frame_age_seconds",
            "edgepose_camera_people_total", "edgepose_camera_state", "edgepose_camera_restarts_total", "edgepose_pipeline_step_duration_seconds_bucket", "edgepose_mqtt_connected",
            "edgepose_mqtt_messages_total", "edgepose_spool_events", "edgepose_spool_size_bytes", "edgepose_spool_oldest_age_seconds", "edgepose_spool_dropped_total",
            "edgepose_network_info", "edgepose_overload_step", "edgepose_configuration_refused", "edgepose_ready", "edgepose_page_viewers", "dotnet_process_cpu_time_seconds_total",
        ];
        Assert.Empty(families.Except(samples.Select(sample => sample.Name)));
        var byCamera = samples.Where(sample => sample.Labels.TryGetValue("camera", out var camera) && camera == "lobby-1").ToList();
        Assert.InRange(byCamera.Count, 20, MostSeriesOfACamera);
        Assert.InRange(samples.Count(sample => !sample.Labels.ContainsKey("camera")), 1, 400);
        Assert.Equal(1, samples.Single(sample => sample.Name == "edgepose_network_info").Value);
        Assert.Equal("cpu", samples.Single(sample => sample.Name == "edgepose_network_info").Labels["provider"]);
        Assert.Equal(0, samples.Single(sample => sample.Name == "edgepose_mqtt_connected").Value);
        Assert.Equal(1, samples.Single(sample => sample.Name == "edgepose_camera_state" && sample.Labels["camera"] == "lobby-1" && sample.Labels["state"] == "running").Value);
    }

    [Fact]
    public async Task Promtool_finds_nothing_to_criticise_in_our_own_metrics()
    {
        await using var rig = await PageRig.StartAsync(PageRig.Config());
        await rig.SeeFramesAsync();
        var text = await rig.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        using var promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"])
        {
            RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true,
        })!;
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        var said = await promtool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.DoesNotContain(said.Split('\n'), line => line.StartsWith("edgepose_", StringComparison.Ordinal) || line.Contains("error", StringComparison.Ordinal));
    }

    [Fact]
    public void Promtool_accepts_the_alert_rules_and_their_tests()
    {
        Assert.Equal((0, ""), Tool.Run("promtool", "check", "rules", Repository.File("monitoring", "alerts.yml")));
        Assert.Equal((0, ""), Tool.Run("promtool", "test", "rules", Repository.File("monitoring", "alerts.test.yml")));
    }

    [Fact]
    public async Task Dashboard_and_alerts_ask_only_for_metrics_that_a_run_has()
    {
        await using var rig = await PageRig.StartAsync(PageRig.Config());
        await rig.SeeFramesAsync();
        var known = Parse(await rig.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Select(sample => sample.Name).ToHashSet(StringComparer.Ordinal);
        known.UnionWith(["edgepose_device_temperature_celsius", "edgepose_device_power_watts", "edgepose_device_gpu_load_ratio"]); // where the machine has the sensor

        foreach (var file in new[] { "alerts.yml", "dashboard.json" })
        {
            Assert.Empty(MetricName().Matches(Repository.Read($"monitoring/{file}")).Select(match => match.Value).Distinct().Except(known, StringComparer.Ordinal));
        }
    }

    private static List<Sample> Parse(string text)
    {
        var samples = new List<Sample>();
        foreach (var line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            var match = Line().Match(line);
            Assert.True(match.Success, line);
            var labels = Label().Matches(match.Groups["labels"].Value).ToDictionary(label => label.Groups[1].Value, label => label.Groups[2].Value, StringComparer.Ordinal);
            samples.Add(new Sample(match.Groups["name"].Value, labels, double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture)));
        }

        return samples;
    }

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>.*)\})? (?<value>[-+.0-9eE]+|NaN|[+-]Inf)( \d+)?$")]
    private static partial Regex Line();

    [GeneratedRegex("([a-zA-Z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Label();

    [GeneratedRegex(@"\bedgepose_[a-z_]+\b")]
    private static partial Regex MetricName();

    private sealed record Sample(string Name, Dictionary<string, string> Labels, double Value);
}
