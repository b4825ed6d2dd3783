using System.Runtime.InteropServices;
using System.Text.Json;

namespace EdgePose.Fault.Tests.Reload;

/// <summary>A fleet's folder as a configuration manager lays it down: releases side by side, and a symbolic link to the one that counts, exchanged in one step.</summary>
internal sealed partial class FleetRig(string manifest) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-release-").FullName;
    private int release;

    /// <summary>What the daemon is given: the link.</summary>
    public string Current => Path.Combine(folder, "current");

    /// <summary>Lays down a release and lets the link point to it.</summary>
    /// <param name="device">The device's file, whole.</param>
    public void Release(string device)
    {
        var place = Path.Combine(folder, $"release-{++release}");
        Directory.CreateDirectory(Path.Combine(place, "devices"));
        File.WriteAllText(Path.Combine(place, "fleet.json"), JsonSerializer.Serialize(new
        {
            version = 1,
            network = new { manifest, providers = new[] { "cpu" }, inputWidthPx = 64, inputHeightPx = 64, maxBatch = 16 },
        }));
        File.WriteAllText(Path.Combine(place, "devices", "device.json"), device);
        var next = Path.Combine(folder, "next");
        File.CreateSymbolicLink(next, place);
        Assert.Equal(0, Rename(next, Current)); // in one step, as a configuration manager does; .NET's own Move follows a link to a folder
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);
}
