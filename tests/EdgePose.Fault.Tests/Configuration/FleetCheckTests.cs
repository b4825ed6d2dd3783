using System.Diagnostics;
using EdgePose.Daemon.Hosting;

namespace EdgePose.Fault.Tests.Configuration;

/// <summary>The promise to a fleet's owner: the whole fleet is checked before lunch is cold.</summary>
public sealed class FleetCheckTests
{
    private const double LimitSeconds = 10;
    private const int Devices = 1000;

    [Fact]
    public void A_fleet_of_a_thousand_devices_is_checked_in_under_ten_seconds()
    {
        var folder = Directory.CreateTempSubdirectory("edgepose-fleet-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "devices"));
            Directory.CreateDirectory(Path.Combine(folder, "sites"));
            File.Copy(Repository.File("config", "fleet", "fleet.json"), Path.Combine(folder, "fleet.json"));
            for (var i = 0; i < Devices; i++)
            {
                var cameras = string.Join(",\n", Enumerable.Range(0, 16).Select(camera => $"    \"camera-{camera}\": {{ \"extends\": \"radio\", \"address\": \"rtsp://192.0.2.{camera}/{i}\" }}"));
                File.WriteAllText(Path.Combine(folder, "devices", $"device-{i}.json"), $"{{\n  \"device\": {{ \"site\": \"site-{i / 20}\" }},\n  \"cameras\": {{\n{cameras}\n  }}\n}}\n");
                File.WriteAllText(Path.Combine(folder, "sites", $"site-{i / 20}.json"), $"{{ \"mqtt\": {{ \"address\": \"mqtts://broker-{i / 20}.example.com\" }} }}\n");
            }

            var (seconds, exit, said) = Check(folder);
            Assert.True(exit == 0, said);
            Assert.Contains($"all is well with {Devices} devices", said, StringComparison.Ordinal);

            File.AppendAllText(Path.Combine(folder, "fleet.json"), "rubbish");
            var (broken, refused, _) = Check(folder);
            Assert.Equal(ExitCodes.Config, refused);
            Measured.Say($"{Devices} devices of 16 cameras, start of the program included: {seconds:0.00} s; with a fleet.json that is broken: {broken:0.00} s");
            Measured.Hold(Math.Max(seconds, broken), LimitSeconds, $"{Devices} devices checked");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (double Seconds, int ExitCode, string Output) Check(string folder)
    {
        var start = TimeProvider.System.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "edgepose"), ["config", "check", "--all", "--config", folder]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd() + error.Result;
        process.WaitForExit();
        return (TimeProvider.System.GetElapsedTime(start).TotalSeconds, process.ExitCode, said);
    }
}
