using System.Globalization;
using System.Text;
using EdgePose.Daemon.Configuration;
using EdgePose.Daemon.Publishing;
using EdgePose.Fault.Tests.Cameras;

namespace EdgePose.Fault.Tests.Publishing;

/// <summary>A publisher that runs, and a log that can be searched.</summary>
internal sealed class PublisherRig : IAsyncDisposable
{
    public const string Topic = "edgepose/v1/site/device/door/track";

    private readonly CancellationTokenSource stop = new();
    private readonly Task running;

    private readonly IEventStore store;

    /// <param name="config">The broker.</param>
    /// <param name="store">Where events wait, the rig's to dispose; null for memory.</param>
    public PublisherRig(MqttConfig config, IEventStore? store = null)
    {
        this.store = store ?? new MemoryEventStore(20_000_000, TimeSpan.FromHours(1), TimeProvider.System);
        var ids = new EventIds("device", EventIds.NewBoot(TimeProvider.System));
        Publisher = new MqttPublisher(
            config, "edgepose-test", "edgepose/v1/site/device/status", online => online ? "\"online\""u8.ToArray() : "\"offline\""u8.ToArray(),
            this.store, ids, "edgepose/site/device", Log);
        running = Publisher.RunAsync(stop.Token);
    }

    public MqttPublisher Publisher { get; }

    public ListLogger Log { get; } = new();

    public void Post(int number) =>
        Publisher.PostEvent(Topic, "edgepose.track", DateTimeOffset.UtcNow, Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Whether it neither ended nor failed.</summary>
    public bool IsAlive => !running.IsCompleted;

    public Task<bool> Until(Func<bool> condition) => UntilTrue(condition);

    public static async Task<bool> UntilTrue(Func<bool> condition)
    {
        for (var attempt = 0; attempt < 1500; attempt++)
        {
            if (condition())
            {
                return true;
            }

            await Task.Delay(20);
        }

        return false;
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
