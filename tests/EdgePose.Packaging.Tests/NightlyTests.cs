using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace EdgePose.Packaging.Tests;

/// <summary>The package as it is shipped: its size, its start, a clean Debian, and arm64 under qemu.</summary>
public sealed class NightlyTests(PublishedProgram published) : IClassFixture<PublishedProgram>
{
    [Fact]
    public void The_package_is_smaller_than_150_megabytes()
    {
        Shell.NeedNight();
        var size = new FileInfo(published.Package).Length / 1e6;
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{size:0.0} MB"));
        Assert.InRange(size, 20, 150);
    }

    [Fact]
    public void Lintian_finds_no_error()
    {
        Shell.NeedNight();
        Shell.Need("lintian", "lintian");
        var (status, said) = Shell.Run("lintian", ["--fail-on", "error", "--no-tag-display-limit", published.Package]);
        TestContext.Current.TestOutputHelper?.WriteLine(said);
        Assert.True(status == 0, said);
    }

    /// <summary>Start to READY on the CPU, as systemd sees it, in the median of seven starts. The first, which reads the files from disk, is told apart.</summary>
    [Fact]
    public void Ready_within_3_seconds_of_its_start()
    {
        Shell.NeedNight();
        var program = published.Unpacked();
        var config = Path.Combine(published.Folder, "edgepose.json");
        File.WriteAllText(config, JsonSerializer.Serialize(new
        {
            device = new { site = "test", id = "start" },
            network = new { manifest = Path.Combine(program, "models", "edgepose-l.json"), providers = new[] { "cpu" } },
            mqtt = new { address = "mqtt://127.0.0.1:9" },
            cameras = new[] { new { id = "away", address = "rtsp://127.0.0.1:9/none" } },
        }));
        var first = SecondsToReady(program, config);
        var seconds = Enumerable.Range(0, 7).Select(_ => SecondsToReady(program, config)).Order().ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine($"first {first:0.00} s, then {string.Join(" ", seconds.Select(value => value.ToString("0.00", CultureInfo.InvariantCulture)))} s");
        Assert.InRange(seconds[seconds.Length / 2], 0, 3);
    }

    [Fact]
    public void It_installs_runs_upgrades_and_purges_on_a_clean_debian_with_systemd()
    {
        Shell.NeedNight();
        Shell.HoldPromises("packaging/test-on-clean-debian.sh", published.Package);
    }

    [Fact]
    public void It_starts_checks_infers_and_publishes_on_arm64()
    {
        Shell.NeedNight();
        Shell.Need("qemu-aarch64-static", "qemu-user-static");
        Shell.HoldPromises("packaging/test-arm64.sh", published.Pack("linux-arm64"));
    }

    private static double SecondsToReady(string program, string config)
    {
        var folder = Directory.CreateTempSubdirectory("edgepose-ready-");
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var address = Path.Combine(folder.FullName, "notify");
        systemd.Bind(new UnixDomainSocketEndPoint(address));
        systemd.ReceiveTimeout = 60_000;
        var start = new ProcessStartInfo(Path.Combine(program, "edgepose"), ["run", "--config", config]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["NOTIFY_SOCKET"] = address;
        var watch = Stopwatch.StartNew();
        using var daemon = Process.Start(start)!;
        daemon.BeginOutputReadLine();
        daemon.BeginErrorReadLine();
        var buffer = new byte[4096];
        while (Encoding.UTF8.GetString(buffer, 0, systemd.Receive(buffer)) != "READY=1")
        {
            Assert.False(daemon.HasExited, $"the daemon ended with {(daemon.HasExited ? daemon.ExitCode : 0)}");
        }

        var seconds = watch.Elapsed.TotalSeconds;
        daemon.Kill(entireProcessTree: true);
        daemon.WaitForExit();
        folder.Delete(recursive: true);
        return seconds;
    }
}
