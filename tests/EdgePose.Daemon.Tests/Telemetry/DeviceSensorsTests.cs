using EdgePose.Daemon.Telemetry;

namespace EdgePose.Daemon.Tests.Telemetry;

/// <summary>A Jetson's sensors, as files of a test.</summary>
public sealed class DeviceSensorsTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("edgepose-sys-").FullName;

    [Fact]
    public void Temperatures_power_and_gpu_load_come_from_sysfs_in_their_units()
    {
        Write("class/thermal/thermal_zone0/type", "cpu-thermal");
        Write("class/thermal/thermal_zone0/temp", "48500");
        Write("class/thermal/thermal_zone1/type", "gpu-thermal");
        Write("class/thermal/thermal_zone1/temp", "-256000"); // powered off
        Write("class/hwmon/hwmon1/name", "ina3221");
        Write("class/hwmon/hwmon1/in1_label", "VDD_IN");
        Write("class/hwmon/hwmon1/in1_input", "5000");
        Write("class/hwmon/hwmon1/curr1_input", "1500");
        Write("class/hwmon/hwmon1/in2_label", "VDD_SOC"); // its current cannot be read
        Write("class/hwmon/hwmon2/name", "nct6775");
        Write("class/hwmon/hwmon2/in1_label", "Vcore");
        Write("devices/platform/gpu.0/load", "425");

        var sensors = new DeviceSensors(root);

        Assert.Equal([new("cpu-thermal", 48.5)], sensors.Temperatures());
        Assert.Equal([new("VDD_IN", 7.5)], sensors.Power());
        Assert.Equal(0.425, sensors.GpuLoad());
    }

    [Fact]
    public void A_machine_without_sensors_gives_none()
    {
        var sensors = new DeviceSensors(Path.Combine(root, "missing"));
        Assert.Empty(sensors.Temperatures());
        Assert.Empty(sensors.Power());
        Assert.Null(sensors.GpuLoad());
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private void Write(string file, string text)
    {
        var path = Path.Combine(root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text + "\n");
    }
}
