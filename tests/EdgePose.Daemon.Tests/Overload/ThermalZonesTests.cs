using EdgePose.Daemon.Overload;

namespace EdgePose.Daemon.Tests.Overload;

/// <summary>A folder that looks like a Jetson's /sys/class/thermal.</summary>
public sealed class ThermalZonesTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("edgepose-thermal-").FullName;

    [Theory]
    [InlineData(52_000, Heat.Cool)]
    [InlineData(91_900, Heat.Cool)]
    [InlineData(92_100, Heat.Warm)]
    [InlineData(97_000, Heat.Hot)]
    [InlineData(101_000, Heat.Hot)]
    public void The_heat_is_the_distance_to_the_point_where_the_hardware_throttles(int millidegrees, Heat expected)
    {
        Zone(0, "cpu-thermal", millidegrees, ("active", 40_000), ("passive", 99_000), ("hot", 102_000), ("critical", 104_500));
        Assert.Equal(expected, new ThermalZones(root).Read(marginCelsius: 2).Heat);
    }

    [Fact]
    public void The_zone_closest_to_its_own_point_is_the_one_that_is_told()
    {
        Zone(0, "cpu-thermal", 80_000, ("passive", 99_000));
        Zone(1, "gpu-thermal", 78_500, ("passive", 80_000));
        Assert.Equal((Heat.Hot, "gpu-thermal is at 78.5 C, and throttles at 80.0 C"), new ThermalZones(root).Read(2));
    }

    [Fact]
    public void Units_that_are_off_zones_without_a_point_and_fans_say_nothing()
    {
        Zone(0, "cv0-thermal", -256_000, ("passive", 99_000));
        Zone(1, "x86_pkg_temp", 98_000);
        Zone(2, "tj-thermal", 98_000, ("active", 60_000), ("critical", 104_500));
        Zone(3, "acpitz", 98_000, ("passive", 0));
        Directory.CreateDirectory(Path.Combine(root, "thermal_zone4")); // nothing in it can be read
        Assert.Equal((Heat.Cool, string.Empty), new ThermalZones(root).Read(2));
    }

    [Fact]
    public void A_machine_without_zones_is_cool() => Assert.Equal((Heat.Cool, string.Empty), new ThermalZones(Path.Combine(root, "none")).Read(2));

    public void Dispose() => Directory.Delete(root, recursive: true);

    private void Zone(int number, string type, int millidegrees, params (string Type, int Millidegrees)[] trips)
    {
        var zone = Directory.CreateDirectory(Path.Combine(root, $"thermal_zone{number}")).FullName;
        File.WriteAllText(Path.Combine(zone, "type"), type + "\n");
        File.WriteAllText(Path.Combine(zone, "temp"), $"{millidegrees}\n");
        for (var i = 0; i < trips.Length; i++)
        {
            File.WriteAllText(Path.Combine(zone, $"trip_point_{i}_type"), trips[i].Type + "\n");
            File.WriteAllText(Path.Combine(zone, $"trip_point_{i}_temp"), $"{trips[i].Millidegrees}\n");
        }
    }
}
