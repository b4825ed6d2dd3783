using System.Globalization;
using System.Text.RegularExpressions;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Settings;

namespace EdgePose.Packaging.Tests;

/// <summary>What can be said of the unit without a systemd that runs it; packaging/test-on-clean-debian.sh runs it.</summary>
public sealed partial class SystemdUnitTests
{
    private static readonly string Unit = Repository.File("systemd", "edgepose.service");

    [Fact]
    public void Systemd_finds_no_fault_with_the_unit()
    {
        Shell.Need("systemd-analyze", "systemd");
        var folder = Directory.CreateTempSubdirectory("edgepose-unit-");
        var copy = Path.Combine(folder.FullName, "edgepose.service");

        // The program need not be installed for this.
        File.WriteAllText(copy, File.ReadAllText(Unit).Replace("=/usr/bin/edgepose ", "=/bin/true ", StringComparison.Ordinal));
        var (_, said) = Shell.Run("systemd-analyze", ["verify", "--man=no", copy]);
        folder.Delete(recursive: true);

        // It loads every unit that this one needs, and tells of theirs as well.
        var ours = said.Split('\n').Where(line => line.Contains("edgepose.service", StringComparison.Ordinal));
        Assert.Empty(ours);
    }

    [Fact]
    public void Exposure_is_at_most_2_with_the_gpus_devices_allowed()
    {
        Shell.Need("systemd-analyze", "systemd");
        var (_, said) = Shell.Run("systemd-analyze", ["security", "--offline=true", "--no-pager", Unit]);
        var exposure = Exposure().Match(said);

        Assert.SkipUnless(exposure.Success, $"this systemd-analyze cannot look at a unit that is not loaded (systemd 250 on): {said}");
        TestContext.Current.TestOutputHelper?.WriteLine(exposure.Value);
        Assert.InRange(double.Parse(exposure.Groups[1].Value, CultureInfo.InvariantCulture), 0, 2.0);
        Assert.Contains("DeviceAllow=/dev/nvmap rw", Lines());
        Assert.Contains("DeviceAllow=/dev/dri/renderD128 rw", Lines());
    }

    [Fact]
    public void What_a_restart_does_not_mend_is_not_started_again()
    {
        var codes = Value("RestartPreventExitStatus").Split(' ').Select(code => int.Parse(code, CultureInfo.InvariantCulture));

        Assert.Equal([ExitCodes.Usage, ExitCodes.Config], codes.Order());
        Assert.Equal("on-failure", Value("Restart"));
    }

    /// <summary>
    /// The daemon ends by itself a second after the limit of a step. Where that fails too, systemd kills it: it gives a sign of life every half of the watchdog's time, while no step took
    /// longer than that half, so a hang is seen within one and a half times of it. Ready it is within 5 s (the kill tests).
    /// </summary>
    [Fact]
    public void A_hang_is_over_within_30_seconds_however_many_restarts_there_were()
    {
        Assert.InRange(new NetworkConfig { Manifest = "" }.HangLimitSeconds + 1 + Seconds("RestartSec") + 5, 1, 30);
        Assert.InRange(1.5 * Seconds("WatchdogSec"), 1, 30);
        Assert.DoesNotContain(Lines(), line => line.StartsWith("RestartSteps", StringComparison.Ordinal)); // systemd counts restarts for ever, and pauses ever longer

        static int Seconds(string key) => int.Parse(Value(key).TrimEnd('s'), CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Onnx_runtime_is_told_not_to_report_before_it_is_loaded() => Assert.Contains("Environment=ORT_DISABLE_TELEMETRY=1", Lines());

    [Fact]
    public void The_users_of_the_unit_are_made()
    {
        var users = File.ReadAllText(Repository.File("systemd", "edgepose.sysusers"));

        Assert.Contains($"u {Value("User")} ", users, StringComparison.Ordinal);
        Assert.All(Value("SupplementaryGroups").Split(' '), group =>
        {
            Assert.Contains($"g {group} ", users, StringComparison.Ordinal);
            Assert.Contains($"m {Value("User")} {group}\n", users, StringComparison.Ordinal);
        });
    }

    private static string[] Lines() => File.ReadAllLines(Unit);

    private static string Value(string key) => Lines().Last(line => line.StartsWith(key + "=", StringComparison.Ordinal))[(key.Length + 1)..];

    [GeneratedRegex(@"Overall exposure level for edgepose\.service: ([0-9.]+)")]
    private static partial Regex Exposure();
}
