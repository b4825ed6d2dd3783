using System.Globalization;
using System.Text;
using EdgePose.Delivery.Spool;
using Microsoft.Extensions.Logging;

namespace EdgePose.Fault.Tests.Spool;

/// <summary>Messages that tell themselves apart, and what a store holds of them.</summary>
internal static class SmallSpool
{
    /// <summary>Message number <paramref name="number"/>, of about <paramref name="bytes"/>.</summary>
    public static StoredMessage Message(int number, int bytes = 1200)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"device-boot-{number:D6}");
        return new StoredMessage(id, "edgepose/v1/site/device/door/track", "edgepose.track", DateTimeOffset.UnixEpoch.AddSeconds(number), Encoding.UTF8.GetBytes(id.PadRight(bytes, '.')));
    }

    public static int NumberOf(StoredMessage message) => int.Parse(message.Id[(message.Id.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture);

    public static SpoolEventStore Open(string folder, ILogger logger, int inFlight = 1_000_000, bool syncsEachWrite = false, int megabytes = 64) =>
        new SpoolEventStore(new SpoolOptions(folder, megabytes * 1_000_000L, TimeSpan.FromDays(7), inFlight) { SyncsEachWrite = syncsEachWrite }, TimeProvider.System, logger);

    /// <summary>Leases until <paramref name="count"/> messages have come or ten seconds passed; acknowledges them if asked to.</summary>
    public static List<StoredMessage> Lease(IEventStore store, int count, bool acknowledge)
    {
        var messages = new List<StoredMessage>();
        for (var start = Environment.TickCount64; messages.Count < count && Environment.TickCount64 - start < 10_000;)
        {
            if (store.TryLease() is { } lease)
            {
                messages.Add(lease.Message);
                if (acknowledge)
                {
                    store.Acknowledge(lease.Position);
                }
            }
            else
            {
                Thread.Sleep(1);
            }
        }

        return messages;
    }

    public static void WaitUntilWritten(SpoolEventStore store)
    {
        for (var start = Environment.TickCount64; !store.IsWritten && Environment.TickCount64 - start < 10_000;)
        {
            Thread.Sleep(1);
        }

        Assert.True(store.IsWritten, $"not written within 10 s: {store.Status}");
    }
}
