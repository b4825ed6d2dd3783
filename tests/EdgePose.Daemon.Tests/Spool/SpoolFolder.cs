using System.Globalization;
using System.Text;
using EdgePose.Delivery.Spool;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgePose.Daemon.Tests.Spool;

/// <summary>A folder with a spool in it, and messages to put there.</summary>
internal sealed class SpoolFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("edgepose-spool-");

    public string File => Path.Combine(folder.FullName, "spool.db");

    public SpoolEventStore Open(SpoolConfig? config = null, int inFlight = 1000, TimeProvider? time = null) =>
        SpoolEventStore.Open(File, config ?? new SpoolConfig(), inFlight, time ?? TimeProvider.System, NullLogger.Instance);

    /// <summary>Message number <paramref name="number"/>; its id tells it again.</summary>
    public static StoredMessage Message(int number, string topic = "edgepose/v1/site/device/door/track", int bytes = 1000)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"device-boot-{number}");
        return new StoredMessage(id, topic, "edgepose.track", DateTimeOffset.UnixEpoch.AddSeconds(number), Encoding.UTF8.GetBytes(id.PadRight(bytes, '.')));
    }

    public static int NumberOf(StoredMessage message) => int.Parse(message.Id[(message.Id.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture);

    /// <summary>Leases and acknowledges until <paramref name="count"/> messages have come or ten seconds passed.</summary>
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

    public void Dispose() => folder.Delete(recursive: true);
}
