using EdgePose.Delivery.Broker;

namespace EdgePose.Fault.Tests.Publishing;

/// <summary>A real broker that does not take everything.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task A_topic_that_is_not_authorised_waits_by_itself_is_announced_and_arrives_in_order_once_it_is()
    {
        var rights = Path.GetTempFileName();
        const string hall = "edgepose/v1/site/device/hall/track";
        await File.WriteAllTextAsync(rights, $"topic readwrite {PublisherRig.Topic}\ntopic readwrite edgepose/v1/site/device/status\ntopic read {hall}\n", TestContext.Current.CancellationToken);
        using var broker = new Mosquitto(more: $"acl_file {rights}");
        await using var ledger = new PersistentLedger(broker.Address);
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address });
        Assert.True(await rig.Until(() => ledger.IsConnected), rig.Log.Text);
        for (var number = 0; number < 200; number++)
        {
            rig.Post(number, number % 2 == 0 ? hall : PublisherRig.Topic);
        }

        Assert.True(await rig.Until(() => rig.Publisher.Status.EventsWaiting == 100), rig.Log.Text);
        Assert.True(await rig.Until(() => ledger.Arrived.Count == 100), rig.Log.Text);
        Assert.Equal(1, rig.Publisher.Status.TopicsRefused);
        Assert.True(rig.Publisher.Status.IsConnected);
        Assert.Single(rig.Log.Text.Split('\n'), line => line.Contains(hall, StringComparison.Ordinal) && line.Contains("NotAuthorized", StringComparison.Ordinal));

        await File.WriteAllTextAsync(rights, "topic readwrite #\n", TestContext.Current.CancellationToken);
        Signals.Send(broker.Id, Signals.HangUp); // mosquitto reads its rights again
        Assert.True(await rig.Until(() => rig.Publisher.Status.EventsWaiting == 0), rig.Log.Text);
        Assert.True(await rig.Until(() => ledger.Arrived.Count >= 200), rig.Log.Text);
        Assert.Empty(ledger.Misordered());
        Assert.Equal(0, ledger.Doubles);
        Assert.Equal(0, rig.Publisher.Status.TopicsRefused);
    }

    [Fact]
    public async Task A_state_posted_once_that_is_not_authorised_is_told_and_arrives_once_it_is()
    {
        var rights = Path.GetTempFileName();
        const string state = "edgepose/v1/site/device/hall/state";
        await File.WriteAllTextAsync(rights, $"topic readwrite edgepose/v1/site/device/status\ntopic read {state}\n", TestContext.Current.CancellationToken);
        using var broker = new Mosquitto(more: $"acl_file {rights}");
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address });
        rig.Publisher.PostRetained(state, "\"live\""u8.ToArray());
        Assert.True(await rig.Until(() => rig.Log.Text.Contains("NotAuthorized", StringComparison.Ordinal)), rig.Log.Text);

        await File.WriteAllTextAsync(rights, "topic readwrite #\n", TestContext.Current.CancellationToken);
        Signals.Send(broker.Id, Signals.HangUp); // mosquitto reads its rights again
        Assert.True(await ArrivesAsync(broker.Address, "\"live\""), rig.Log.Text);
        Assert.Single(rig.Log.Text.Split('\n'), line => line.Contains(state, StringComparison.Ordinal));
        Assert.Single(rig.Log.Text.Split('\n'), line => line.Contains("Connected to the broker", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("max_packet_size 2000")] // the broker tells its limit when it lets a client in
    [InlineData("message_size_limit 2000")] // the broker answers with a reason
    public async Task An_event_that_is_longer_than_the_broker_takes_is_dropped_counted_and_holds_nobody_up(string limit)
    {
        using var broker = new Mosquitto(more: limit);
        await using var ledger = await Ledger.OpenAsync(broker.Address);
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address });
        rig.Post(1);
        rig.Post(2, PublisherRig.Topic, bytes: 3000);
        rig.Post(3);
        Assert.True(await rig.Until(() => rig.Publisher.Status is { EventsWaiting: 0, EventsSent: 2 }), $"{rig.Publisher.Status}; {rig.Log.Text}");
        Assert.True(await rig.Until(() => ledger.Payloads.Contains("3")));
        Assert.Equal(["1", "3"], ledger.Payloads.Where(payload => char.IsAsciiDigit(payload[0])));
        Assert.Equal(1, rig.Publisher.Status.Events.Dropped.Refused);
        Assert.Contains("is dropped, because", rig.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_status_and_poses_that_are_longer_than_the_broker_takes_are_left_out_and_cost_neither_the_connection_nor_an_event()
    {
        using var broker = new Mosquitto(more: "max_packet_size 2000");
        await using var ledger = await Ledger.OpenAsync(broker.Address);
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address }, statusBytes: 3000);
        Assert.True(await rig.Until(() => rig.Publisher.Status.IsConnected), rig.Log.Text);
        for (var number = 0; number < 100; number++)
        {
            rig.Post(number);
            rig.PostPose(number % 2 == 0 ? 3000 : 100);
            rig.Publisher.PostRetained("edgepose/v1/site/device/status", new byte[3000]); // as the daemon renews it
            Assert.True(await rig.Until(() => rig.Publisher.Status.PosesSent + rig.Publisher.Status.PosesDropped > number), rig.Log.Text); // else the next one would take its place
        }

        Assert.True(await rig.Until(() => rig.Publisher.Status is { EventsWaiting: 0, EventsSent: 100, PosesSent: 50, PosesDropped: 50 }), $"{rig.Publisher.Status}; {rig.Log.Text}");
        Assert.Equal(0, rig.Publisher.Status.EventsDropped);
        Assert.True(await rig.Until(() => ledger.Payloads.Contains("99")));
        Assert.Equal(Enumerable.Range(0, 100).Select(number => $"{number}"), ledger.Payloads);
        Assert.Single(rig.Log.Text.Split('\n'), line => line.Contains("Connected to the broker", StringComparison.Ordinal));
        Assert.Single(rig.Log.Text.Split('\n'), line => line.Contains("/status is left out", StringComparison.Ordinal));
        Assert.Single(rig.Log.Text.Split('\n'), line => line.Contains("/pose is left out", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_at_which_the_broker_closes_the_connection_is_found_out_and_dropped()
    {
        Assert.SkipUnless(Nightly.Is, "takes minutes: MQTT 3.1.1 tells no reason, so it takes ten tries with their pauses; runs at night");
        using var broker = new Mosquitto(more: "max_packet_size 2000");
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address, Version = MqttVersion.V311 });
        for (var number = 0; number < 50; number++)
        {
            rig.Post(number, PublisherRig.Topic, number == 20 ? 3000 : 0);
        }

        Assert.True(await rig.Until(() => rig.Publisher.Status.EventsWaiting == 0, seconds: 240), $"{rig.Publisher.Status}; {rig.Log.Text}");
        Assert.Equal(1, rig.Publisher.Status.Events.Dropped.Refused);
        Assert.Equal(49, rig.Publisher.Status.EventsSent);
    }

    /// <summary>Whether the broker comes to hold a retained message: a new subscriber is given it.</summary>
    private static async Task<bool> ArrivesAsync(string address, string payload)
    {
        for (var attempt = 0; attempt < 180; attempt++)
        {
            await using var ledger = await Ledger.OpenAsync(address);
            if (await PublisherRig.HappensWithin(0.5, () => ledger.Payloads.Contains(payload)))
            {
                return true;
            }
        }

        return false;
    }
}
