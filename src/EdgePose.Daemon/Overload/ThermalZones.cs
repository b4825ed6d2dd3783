using System.Globalization;
using EdgePose.Daemon.Telemetry;

namespace EdgePose.Daemon.Overload;

/// <summary>
/// The kernel's thermal zones: how far the hottest is from the point where the hardware slows itself down. On a Jetson these are cpu-thermal, gpu-thermal,
/// soc0-thermal, tj-thermal and so on.
/// </summary>
/// <remarks>Source of names and units (millidegrees): Documentation/driver-api/thermal/sysfs-api.rst of the Linux kernel. Of the trip points "passive" and "hot" slow the hardware
/// down or warn of it; "active" is a fan, and "critical" a shutdown, which comes after.</remarks>
/// <param name="root">/sys/class/thermal, but for a test.</param>
public sealed class ThermalZones(string root = "/sys/class/thermal")
{
    /// <summary>It has to cool by so much more before it counts as cool.</summary>
    private const double HysteresisCelsius = 5;

    /// <summary>The hottest zone, seen from its own trip point.</summary>
    /// <param name="marginCelsius">So far below the trip point it is hot already.</param>
    /// <returns>How hot, and which zone in words; cool and empty where no zone tells.</returns>
    public (Heat Heat, string Zone) Read(double marginCelsius)
    {
        var (closest, words) = (double.MaxValue, string.Empty);
        foreach (var zone in Sysfs.Entries(root, "thermal_zone*"))
        {
            if (Celsius(Path.Combine(zone, "temp")) is { } now && TripCelsius(zone) is { } trip && trip - now < closest)
            {
                closest = trip - now;
                words = string.Create(CultureInfo.InvariantCulture, $"{Sysfs.Text(Path.Combine(zone, "type"))} is at {now:0.0} C, and throttles at {trip:0.0} C");
            }
        }

        return (closest <= marginCelsius ? Heat.Hot : closest <= marginCelsius + HysteresisCelsius ? Heat.Warm : Heat.Cool, words);
    }

    private static double? TripCelsius(string zone)
    {
        double? lowest = null;
        foreach (var file in Sysfs.Entries(zone, "trip_point_*_type"))
        {
            if (Sysfs.Text(file) is "passive" or "hot" && Celsius(file[..^"type".Length] + "temp") is { } trip && !(trip >= lowest))
            {
                lowest = trip;
            }
        }

        return lowest;
    }

    /// <summary>Null for what cannot be read or is no temperature: a Jetson's zone of a unit that is powered off gives an error or -256.</summary>
    private static double? Celsius(string file) => Sysfs.Number(file) is > 0 and var millidegrees ? millidegrees / 1000.0 : null;
}
