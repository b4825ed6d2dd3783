using System.Globalization;
using System.Text;
using EdgePose.Delivery.Spool;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgePose.Daemon.Tests.Spool;

/// <summary>A folder with a spool in it, and messages to put there.</summary>
/// <param name="inMemory">Whether it is in memory, where that is a folder: thousands of files are written there.</param>
internal sealed class SpoolFolder(bool inMemory = false) : IDisposable
{
    private readonly DirectoryInfo root = inMemory && Directory.Exists("/dev/shm") ? Directory.CreateDirectory($"/dev/shm/edgepose-spool-{Guid.NewGuid():N}") : Directory.CreateTempSubdirectory("edgepose-spool-");

    /// <summary>The spool's folder.</summary>
    public string Folder => Path.Combine(root.FullName, "spool");

    /// <summary>The spool's files, oldest first.</summary>
    public string[] Files => [.. Directory.GetFiles(Folder, "*.seg").Order(StringComparer.Ordinal)];

    public SpoolOptions Options(int inFlight = 1000) => new(Folder, 64_000_000, TimeSpan.FromDays(7), inFlight);

    public SpoolEventStore Open(SpoolOptions? options = null, TimeProvider? time = null) => new SpoolEventStore(options ?? Options(), time ?? TimeProvider.System, NullLogger.Instance);

    /// <summary>What a kill would leave now, in a folder of its own.</summary>
    public SpoolFolder Copy()
    {
        var copy = new SpoolFolder();
        Directory.CreateDirectory(copy.Folder);
        foreach (var file in Files)
        {
            File.Copy(file, Path.Combine(copy.Folder, Path.GetFileName(file)));
        }

        return copy;
    }

    /// <summary>Message number <paramref name="number"/>; its id tells it again.</summary>
    public static StoredMessage Message(int number, string topic = "edgepose/v1/site/device/door/track", int bytes = 1000)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"device-boot-{number}");
        return new StoredMessage(id, topic, "edgepose.track", DateTimeOffset.UnixEpoch.AddSeconds(number), Encoding.UTF8.GetBytes(id.PadRight(bytes, '.')));
    }

    public static int NumberOf(StoredMessage message) => int.Parse(message.Id[(message.Id.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture);

    public static void Append(IEventStore store, int first, int count, int bytes = 1000)
    {
        for (var number = first; number < first + count; number++)
        {
            store.Append(Message(number, bytes: bytes));
        }
    }

    /// <summary>Leases and acknowledges until <paramref name="count"/> messages have come.</summary>
    public static List<StoredMessage> Drain(IEventStore store, int count)
    {
        var messages = new List<StoredMessage>();
        Wait.Until(() =>
        {
            while (messages.Count < count && store.TryLease() is { } lease)
            {
                messages.Add(lease.Message);
                store.Acknowledge(lease.Position);
            }

            return messages.Count >= count;
        });
        return messages;
    }

    public static int[] DrainNumbers(IEventStore store, int count) => [.. Drain(store, count).Select(NumberOf)];

    public void Dispose() => root.Delete(recursive: true);
}
