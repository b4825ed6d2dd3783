namespace EdgePose.Daemon.Telemetry;

/// <summary>Temperatures, power and GPU load of the device, where the kernel's sysfs has them. A machine without a sensor gives none.</summary>
/// <remarks>
/// Sources: Documentation/driver-api/thermal/sysfs-api.rst (millidegrees) and Documentation/hwmon/ina3221.rst (millivolts and milliamperes) of the Linux kernel.
/// A Jetson's rails (VDD_IN, VDD_CPU_GPU_CV, VDD_SOC) are on an INA3221; NVIDIA's GPU driver gives the load in thousandths.
/// </remarks>
/// <param name="root">/sys, but for a test.</param>
public sealed class DeviceSensors(string root = "/sys")
{
    /// <summary>More would be no device of ours; the limit bounds the series of a scrape.</summary>
    private const int MostOfAKind = 32;

    private const int MostRails = 3; // channels of an INA3221

    /// <summary>JetPack 6 and 5, in this order.</summary>
    private static readonly string[] GpuLoads = ["devices/platform/gpu.0/load", "devices/gpu.0/load", "devices/platform/17000000.gpu/load"];

    /// <summary>Thermal zones by their type, in degrees Celsius. A zone of a unit that is powered off is left out.</summary>
    public IReadOnlyList<Reading> Temperatures() =>
    [
        .. Folders("class/thermal", "thermal_zone*")
            .Select(zone => (Name: Sysfs.Text(Path.Combine(zone, "type")), Value: Sysfs.Number(Path.Combine(zone, "temp"))))
            .Where(zone => zone is { Name.Length: > 0, Value: > 0 })
            .DistinctBy(zone => zone.Name)
            .Select(zone => new Reading(zone.Name, zone.Value!.Value / 1000.0))
            .Take(MostOfAKind),
    ];

    /// <summary>Power rails by their label, in watts.</summary>
    public IReadOnlyList<Reading> Power() =>
    [
        .. Folders("class/hwmon", "hwmon*")
            .Where(monitor => Sysfs.Text(Path.Combine(monitor, "name")) == "ina3221")
            .SelectMany(monitor => Enumerable.Range(1, MostRails).Select(rail => Rail(monitor, rail)))
            .OfType<Reading>()
            .DistinctBy(rail => rail.Name)
            .Take(MostOfAKind),
    ];

    /// <summary>Load of an integrated GPU, 0 to 1; null without one.</summary>
    public double? GpuLoad()
    {
        foreach (var file in GpuLoads)
        {
            if (Sysfs.Number(Path.Combine(root, file)) is >= 0 and <= 1000 and var load)
            {
                return load / 1000.0;
            }
        }

        return null;
    }

    private static Reading? Rail(string monitor, int rail) =>
        Sysfs.Text(Path.Combine(monitor, $"in{rail}_label")) is { Length: > 0 } name
        && Sysfs.Number(Path.Combine(monitor, $"in{rail}_input")) is { } millivolts && Sysfs.Number(Path.Combine(monitor, $"curr{rail}_input")) is { } milliamperes
            ? new Reading(name, millivolts * (double)milliamperes / 1e6)
            : null;

    private string[] Folders(string folder, string pattern) => [.. Sysfs.Entries(Path.Combine(root, folder), pattern).Order(StringComparer.Ordinal)];

    /// <summary>One sensor's value.</summary>
    /// <param name="Name">The kernel's name of it.</param>
    /// <param name="Value">Degrees Celsius or watts.</param>
    public sealed record Reading(string Name, double Value);
}
