using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using EdgePose.Daemon.Configuration;
using EdgePose.Daemon.Publishing;
using EdgePose.Fault.Tests.Cameras;
using MQTTnet;

namespace EdgePose.Fault.Tests.Publishing;

public sealed class PublisherTests
{
    private const string Topic = "edgepose/v1/site/device/door/track";

    [Theory]
    [InlineData(MqttVersion.V5)]
    [InlineData(MqttVersion.V311)]
    public async Task Events_arrive_once_in_order_with_their_ids(MqttVersion version)
    {
        using var broker = new Mosquitto();
        await using var ledger = await Ledger.OpenAsync(broker.Address);
        await using var rig = new Rig(new MqttConfig { Address = broker.Address, Version = version });
        for (var i = 0; i < 500; i++)
        {
            rig.Post(i);
        }

        Assert.True(await rig.Until(() => ledger.Payloads.Count >= 500), rig.Log.Text);
        Assert.Equal(500, ledger.Payloads.Count);
        var expected = Enumerable.Range(0, 500).Select(i => i.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(expected, ledger.Payloads.Select(payload => version == MqttVersion.V5 ? payload : payload.Split("\"data\":")[1].TrimEnd('}')));
    }

    [Fact]
    public async Task No_event_is_lost_when_the_broker_is_killed_and_comes_back()
    {
        using var broker = new Mosquitto();
        await using var rig = new Rig(new MqttConfig { Address = broker.Address });
        Assert.True(await rig.Until(() => rig.Publisher.Status.IsConnected), rig.Log.Text);
        var posted = 0;
        var acknowledged = 0L;
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 100; i++)
            {
                rig.Post(posted++);
            }

            broker.Kill();
            for (var i = 0; i < 100; i++)
            {
                rig.Post(posted++);
            }

            broker.Start();
            Assert.True(await rig.Until(() => rig.Publisher.Status.EventsWaiting == 0), rig.Log.Text);
            acknowledged = rig.Publisher.Status.EventsSent;
        }

        // A subscriber cannot see what a broker without persistence took to its grave: counted at the acknowledgement.
        Assert.Equal(posted, acknowledged);
        Assert.Equal(0, rig.Publisher.Status.EventsDropped);
    }

    [Fact]
    public async Task A_wrong_password_is_told_with_a_remedy_and_shows_nowhere()
    {
        using var broker = new Mosquitto("daemon", "right");
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "wr0ng-Secret", TestContext.Current.CancellationToken);
        await using var rig = new Rig(new MqttConfig { Address = broker.Address, Username = "daemon", PasswordFile = file });
        Assert.True(await rig.Until(() => rig.Publisher.Status.LastFault.Length > 0));
        Assert.Contains("passwordFile", rig.Publisher.Status.LastFault, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng-Secret", rig.Log.Text + rig.Publisher.Status, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public async Task A_subscriber_that_comes_later_is_told_that_the_device_went_offline()
    {
        using var broker = new Mosquitto();
        await using (var rig = new Rig(new MqttConfig { Address = broker.Address }))
        {
            Assert.True(await rig.Until(() => rig.Publisher.Status.IsConnected), rig.Log.Text);
        }

        await using var ledger = await Ledger.OpenAsync(broker.Address);
        Assert.True(await Rig.UntilTrue(() => ledger.Payloads.Contains("\"offline\"")), "no retained offline status");
    }

    private sealed class Rig : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly Task running;

        public Rig(MqttConfig config)
        {
            var ids = new EventIds("device", EventIds.NewBoot(TimeProvider.System));
            Publisher = new MqttPublisher(
                config, "edgepose-test", "edgepose/v1/site/device/status", online => online ? "\"online\""u8.ToArray() : "\"offline\""u8.ToArray(),
                new MemoryEventStore(config.MaxQueuedEvents), ids, "edgepose/site/device", Log);
            running = Publisher.RunAsync(stop.Token);
        }

        public MqttPublisher Publisher { get; }

        public ListLogger Log { get; } = new();

        public void Post(int number) =>
            Publisher.PostEvent(Topic, "edgepose.track", DateTimeOffset.UtcNow, Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)));

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
            stop.Dispose();
        }
    }

    private sealed class Ledger : IAsyncDisposable
    {
        private readonly IMqttClient client = new MqttClientFactory().CreateMqttClient();

        public ConcurrentQueue<string> Payloads { get; } = [];

        public static async Task<Ledger> OpenAsync(string address)
        {
            var ledger = new Ledger();
            ledger.client.ApplicationMessageReceivedAsync += received =>
            {
                var payload = Encoding.UTF8.GetString(received.ApplicationMessage.Payload.ToArray());
                if (received.ApplicationMessage.Topic == Topic || received.ApplicationMessage.Retain)
                {
                    ledger.Payloads.Enqueue(payload);
                }

                return Task.CompletedTask;
            };
            await ledger.client.ConnectAsync(BrokerOptions.Create(new MqttConfig { Address = address }, "ledger", null, null));
            await ledger.client.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter("edgepose/v1/#").Build());
            return ledger;
        }

        public async ValueTask DisposeAsync()
        {
            await client.DisconnectAsync();
            client.Dispose();
        }
    }
}
