using System.Runtime.InteropServices;
using EdgePose.Daemon.Reload;
using EdgePose.Daemon.Tests.Configuration.Layers;

namespace EdgePose.Daemon.Tests.Reload;

/// <summary>What counts as a change of the configuration: everything that a configuration manager does to it.</summary>
public sealed partial class ConfigurationSnapshotTests : IDisposable
{
    private readonly FleetScratch fleet = new();
    private string last = "";

    public ConfigurationSnapshotTests()
    {
        fleet["fleet.json"] = "{" + FleetScratch.Network + "}";
        fleet["identity.json"] = "{\"device\":\"one\",\"site\":\"s\"}";
        fleet["devices/one.json"] = "{\"cameras\":{\"a\":{\"address\":\"rtsp://h/\",\"passwordFile\":{\"fromCredential\":\"a\"}}}}";
        fleet["sites/s.json"] = "{}";
        fleet["credentials/a"] = "secret";
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(fleet.Folder, "credentials/a"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    public void Dispose() => fleet.Dispose();

    [Fact]
    public void Each_file_that_counts_is_seen_when_it_changes_comes_or_goes()
    {
        Assert.True(HasChanged());
        Assert.False(HasChanged());
        fleet["conf.d/1.json"] = "{}";
        Assert.True(HasChanged());
        fleet["conf.d/1.json"] = "{ }";
        Assert.True(HasChanged());
        File.Delete(Path.Combine(fleet.Folder, "conf.d/1.json"));
        Assert.True(HasChanged());
        fleet["sites/s.json"] = "{ }";
        Assert.True(HasChanged());
        fleet["credentials/a"] = "another";
        Assert.True(HasChanged());
        File.Delete(Path.Combine(fleet.Folder, "devices/one.json"));
        Assert.True(HasChanged());
        fleet["devices/one.json"] = "{}";
        Assert.True(HasChanged());
        fleet["devices/two.json"] = "{}"; // another device's
        fleet["conf.d/note.txt"] = "no configuration";
        Assert.False(HasChanged());
    }

    [Fact]
    public void A_folder_of_sites_or_devices_that_is_made_later_is_seen()
    {
        // As the watch looks: by what was read last, and not anew.
        bool Sees(Action change)
        {
            var seen = ConfigurationSnapshot.Take(fleet.Folder);
            change();
            return new ConfigurationFingerprint(TimeProvider.System).Of(fleet.Folder, seen.Result) != seen.Fingerprint;
        }

        var (sites, devices) = (Path.Combine(fleet.Folder, "sites"), Path.Combine(fleet.Folder, "devices"));
        Directory.Delete(sites, recursive: true);
        Assert.True(Sees(() => Directory.CreateDirectory(sites)));
        Directory.Delete(sites);
        Assert.True(Sees(() => fleet["sites/s.json"] = "{}"));
        Directory.Delete(devices, recursive: true);
        Assert.True(Sees(() => fleet["devices/one.json"] = "{}"));
        Directory.Delete(devices, recursive: true);
        File.Delete(Path.Combine(fleet.Folder, "fleet.json"));
        Assert.True(Sees(() => Directory.CreateDirectory(devices)));
    }

    [Fact]
    public void A_change_within_a_clock_tick_and_of_the_same_length_is_seen()
    {
        Assert.True(HasChanged());
        var file = Path.Combine(fleet.Folder, "fleet.json");
        var time = File.GetLastWriteTimeUtc(file);
        fleet["fleet.json"] = ("{" + FleetScratch.Network + "}").Replace("m.json", "n.json", StringComparison.Ordinal);
        File.SetLastWriteTimeUtc(file, time);
        Assert.True(HasChanged());
    }

    [Fact]
    public void Links_that_are_exchanged_above_the_files_are_seen_as_kubernetes_and_releases_do_it()
    {
        var mount = Path.Combine(fleet.Folder, "mount");
        foreach (var (revision, delay) in new[] { ("..1", 1), ("..2", 2) })
        {
            fleet[$"mount/{revision}/fleet.json"] = "{" + FleetScratch.Network + $",\"batching\":{{\"maxDelayMs\":{delay}}}}}";
            fleet[$"mount/{revision}/identity.json"] = "{\"device\":\"one\"}";
            fleet[$"mount/{revision}/devices/one.json"] = "{\"cameras\":{\"a\":{\"address\":\"rtsp://h/\"}}}";
        }

        File.CreateSymbolicLink(Path.Combine(mount, "..data"), "..1");
        File.CreateSymbolicLink(Path.Combine(mount, "fleet.json"), "..data/fleet.json");
        File.CreateSymbolicLink(Path.Combine(mount, "identity.json"), "..data/identity.json");
        Directory.CreateSymbolicLink(Path.Combine(mount, "devices"), "..data/devices");
        var first = ConfigurationSnapshot.Take(mount);
        Assert.Equal(1, first.Result.Config!.Batching.MaxDelayMs);

        File.CreateSymbolicLink(Path.Combine(mount, "..data_tmp"), "..2");
        Assert.Equal(0, Rename(Path.Combine(mount, "..data_tmp"), Path.Combine(mount, "..data")));
        var second = ConfigurationSnapshot.Take(mount);
        Assert.Equal((2, true), (second.Result.Config!.Batching.MaxDelayMs, first.Fingerprint != second.Fingerprint));
    }

    [Fact]
    public void A_folder_that_is_taken_away_and_a_pipe_in_it_are_errors_and_changes_and_block_nobody()
    {
        Assert.True(HasChanged());
        var file = Path.Combine(fleet.Folder, "conf.d", "1.json");
        fleet["conf.d/1.json"] = "{}";
        File.Delete(file);
        using (var pipe = System.Diagnostics.Process.Start("mkfifo", [file]))
        {
            pipe.WaitForExit();
        }

        Assert.True(HasChanged());
        Assert.False(HasChanged());
        var away = fleet.Folder + "-away";
        Directory.Move(fleet.Folder, away);
        Assert.True(HasChanged());
        Assert.Contains("no such file", Assert.Single(ConfigurationSnapshot.Take(fleet.Folder).Result.Errors).Reason, StringComparison.Ordinal);
        Directory.Move(away, fleet.Folder);
        Assert.True(HasChanged());
    }

    [Fact]
    public void A_configuration_without_a_camera_is_refused_by_the_daemon()
    {
        fleet["devices/one.json"] = "{}";
        Assert.Equal("no camera is configured", Assert.Single(ConfigurationSnapshot.Take(fleet.Folder).Result.Errors).Reason);
    }

    private bool HasChanged()
    {
        var now = ConfigurationSnapshot.Take(fleet.Folder).Fingerprint;
        var changed = now != last;
        last = now;
        return changed;
    }

    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);
}
