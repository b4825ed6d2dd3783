using System.Buffers.Binary;
using EdgePose.Delivery.Spool;

namespace EdgePose.Daemon.Tests.Spool;

public sealed class SpoolVersionTests : IDisposable
{
    private readonly SpoolFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_spool_of_a_newer_version_is_left_as_it_is_and_status_says_what_to_do()
    {
        using (var store = folder.Open())
        {
            SpoolFolder.Append(store, 0, 10);
        }

        var newer = SetVersion(folder.Files[0], SpoolContents.Version + 1);
        using (var store = folder.Open())
        {
            SpoolFolder.Append(store, 10, 10);
            Assert.Equal(Enumerable.Range(10, 10), SpoolFolder.DrainNumbers(store, 10)); // the device watches on
            Assert.Equal((StoreMedium.Memory, 0), (store.Status.Medium, store.Status.Dropped.Total));
            Assert.Contains($"a newer version of EdgePose wrote {folder.Files[0]} (format 3; this one reads up to 2)", store.Status.Fault, StringComparison.Ordinal);
            Assert.Contains("Install the newer version again", store.Status.Fault, StringComparison.Ordinal);
            Assert.DoesNotContain("damaged", store.Status.Fault, StringComparison.Ordinal);
        }

        Assert.Equal(newer, File.ReadAllBytes(folder.Files.Single()));
        SetVersion(folder.Files[0], SpoolContents.Version);
        using var again = folder.Open();
        Assert.Equal(Enumerable.Range(0, 10), SpoolFolder.DrainNumbers(again, 10));
    }

    private static byte[] SetVersion(string file, uint version)
    {
        var bytes = File.ReadAllBytes(file);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), version);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), SpoolRecord.Checksum(bytes.AsSpan(0, 12)));
        File.WriteAllBytes(file, bytes);
        return bytes;
    }
}
