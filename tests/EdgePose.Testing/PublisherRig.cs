using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using EdgePose.Delivery.Broker;
using EdgePose.Delivery.Spool;

namespace EdgePose.Testing;

/// <summary>A publisher that runs, and a log that can be searched.</summary>
internal sealed class PublisherRig : IAsyncDisposable
{
    public const string Topic = "edgepose/v1/site/device/door/track";

    private readonly CancellationTokenSource stop = new();
    private readonly IEventStore store;
    private readonly EventIds ids = new("device", EventIds.NewBoot(TimeProvider.System));
    private readonly Task running;

    /// <param name="config">The broker.</param>
    /// <param name="store">Where events wait, the rig's to dispose; null for memory.</param>
    /// <param name="statusBytes">How long the status is while the device is online, at least.</param>
    public PublisherRig(MqttConfig config, IEventStore? store = null, int statusBytes = 0)
    {
        this.store = store ?? new MemoryEventStore(20_000_000, TimeSpan.FromHours(1), TimeProvider.System);
        Publisher = new MqttPublisher(
            config.ClientId is null ? config with { ClientId = "edgepose-test" } : config, "edgepose/v1/site/device/status", online => online ? Encoding.UTF8.GetBytes("\"online\"".PadRight(statusBytes)) : "\"offline\""u8.ToArray(),
            this.store, ids, "edgepose/site/device", new Meter("test"), Log);
        running = Publisher.RunAsync(stop.Token);
    }

    public MqttPublisher Publisher { get; }

    public ListLogger Log { get; } = new();

    public void Post(int number) => Post(number, Topic);

    /// <summary>Posts an event whose payload is its number, padded to a length.</summary>
    public void Post(int number, string topic, int bytes = 0) =>
        Publisher.PostEvent(topic, "edgepose.track", DateTimeOffset.UtcNow, Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture).PadRight(bytes)));

    /// <summary>Posts a pose of so many bytes.</summary>
    public void PostPose(int bytes)
    {
        var message = Publisher.Poses.Rent();
        (message.Topic, message.At, message.Sequence) = ("edgepose/v1/site/device/door/pose", DateTimeOffset.UtcNow, ids.Next());
        message.Writer.WriteStringValue(new string('.', bytes));
        message.Writer.Flush();
        Publisher.Poses.Post(message);
        Publisher.Wake();
    }

    /// <summary>Whether it neither ended nor failed.</summary>
    public bool IsAlive => !running.IsCompleted;

    public Task<bool> Until(Func<bool> condition, double seconds = Patience.Seconds) => UntilTrue(condition, seconds);

    /// <summary>Waits for what should come: no less than a minute and a half.</summary>
    public static Task<bool> UntilTrue(Func<bool> condition, double seconds = Patience.Seconds) => HappensWithin(Patience.AtLeast(seconds), condition);

    /// <summary>Whether it came within just so many seconds.</summary>
    public static async Task<bool> HappensWithin(double seconds, Func<bool> condition)
    {
        for (var start = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(start).TotalSeconds < seconds;)
        {
            if (condition())
            {
                return true;
            }

            await Task.Delay(20);
        }

        return condition();
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        await Publisher.DisposeAsync();
        store.Dispose();
        stop.Dispose();
    }
}
