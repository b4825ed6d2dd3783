using EdgePose.Daemon.Reload;
using EdgePose.Daemon.Tests.Configuration.Layers;
using Microsoft.Extensions.Time.Testing;

namespace EdgePose.Daemon.Tests.Reload;

/// <summary>The watch reads a file only when its stamp is new. Reads are counted.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ConfigurationFingerprintTests : IDisposable
{
    private const int Cameras = 32;
    private const int Files = Cameras + 5; // passwords, fleet, identity, device, site, manifest

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(0.3);

    private readonly FleetScratch fleet = new();
    private readonly FakeTimeProvider time = new();
    private readonly ConfigurationFingerprint fingerprint;
    private readonly ConfigurationSnapshot seen;

    public ConfigurationFingerprintTests()
    {
        fleet["fleet.json"] = "{" + FleetScratch.Network + "}";
        fleet["identity.json"] = "{\"device\":\"one\",\"site\":\"s\"}";
        fleet["sites/s.json"] = "{}";
        fleet["m.json"] = "{}";
        fleet["devices/one.json"] = $"{{\"cameras\":{{{string.Join(',', Enumerable.Range(0, Cameras).Select(i => $"\"c{i}\":{{\"address\":\"rtsp://h/\",\"passwordFile\":\"p{i}\"}}"))}}}}}";
        for (var i = 0; i < Cameras; i++)
        {
            fleet[$"p{i}"] = $"secret {i}";
            File.SetUnixFileMode(Path.Combine(fleet.Folder, $"p{i}"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        seen = ConfigurationSnapshot.Take(fleet.Folder);
        fingerprint = new ConfigurationFingerprint(time);
    }

    public void Dispose() => fleet.Dispose();

    [Fact]
    public void Unchanged_files_are_not_read_again_once_their_stamps_are_old_enough()
    {
        Assert.Empty(seen.Result.Errors);
        Assert.Equal(seen.Fingerprint, Next());
        Assert.Equal(Files, fingerprint.Reads);
        Assert.Equal(seen.Fingerprint, Next());
        Assert.Equal(2 * Files, fingerprint.Reads); // a second change within one step of the file's time would leave the stamp as it is

        Settle();
        var before = fingerprint.Reads;
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(seen.Fingerprint, Next());
        }

        Assert.Equal(before, fingerprint.Reads);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_file_of_the_same_size_and_time_is_read_when_it_is_replaced_or_written_over(bool isReplaced)
    {
        Settle();
        var before = fingerprint.Reads;
        var file = Path.Combine(fleet.Folder, "p7");
        var written = File.GetLastWriteTimeUtc(file);
        var target = isReplaced ? file + ".new" : file;
        File.WriteAllText(target, "secret X");
        File.SetLastWriteTimeUtc(target, written);
        if (isReplaced)
        {
            File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.Move(target, file, overwrite: true);
        }

        var now = Next();
        Assert.NotEqual(seen.Fingerprint, now);
        Assert.Equal(before + 1, fingerprint.Reads);
        Settle();
        before = fingerprint.Reads;
        Assert.Equal(now, Next());
        Assert.Equal(before, fingerprint.Reads);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_tried_at_each_look()
    {
        Settle();
        File.Delete(Path.Combine(fleet.Folder, "m.json"));
        Assert.NotEqual(seen.Fingerprint, Next());
        Settle();
        fleet["m.json"] = "{}";
        Assert.Equal(seen.Fingerprint, Next());
    }

    private string Next()
    {
        time.Advance(Look);
        return fingerprint.Of(fleet.Folder, seen.Result);
    }

    private void Settle()
    {
        for (var i = 0; i < 12; i++)
        {
            Next();
        }
    }
}
