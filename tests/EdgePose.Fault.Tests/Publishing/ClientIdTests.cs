using EdgePose.Delivery.Broker;

namespace EdgePose.Fault.Tests.Publishing;

/// <summary>Two clients with one id.</summary>
public sealed class ClientIdTests
{
    [Theory]
    [InlineData(MqttVersion.V5)]
    [InlineData(MqttVersion.V311)]
    public async Task Two_devices_with_one_client_id_name_the_cause_pause_longer_and_longer_and_lose_no_event(MqttVersion version)
    {
        const int each = 40;
        const string told = "another client may have the same client id"; // mosquitto 2.0.11 gives no reason on MQTT 5 either
        using var broker = new Mosquitto();
        await using var ledger = await Ledger.OpenAsync(broker.Address);
        var config = new MqttConfig { Address = broker.Address, Version = version, ClientId = "twin" };
        await using var first = new PublisherRig(config);
        Assert.True(await first.Until(() => first.Publisher.Status.IsConnected), first.Log.Text);
        await using var second = new PublisherRig(config);
        for (var number = 0; number < each; number++)
        {
            first.Post(number);
            second.Post(each + number);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.True(await first.Until(() => first.Log.Text.Contains(told, StringComparison.Ordinal) || second.Log.Text.Contains(told, StringComparison.Ordinal)), first.Log.Text + second.Log.Text);
        Assert.True(await first.Until(() => first.Log.Text.Split("next try").Length + second.Log.Text.Split("next try").Length >= 8), first.Log.Text + second.Log.Text);
        Assert.True(await first.Until(() => first.Publisher.Status.EventsWaiting + second.Publisher.Status.EventsWaiting == 0), first.Log.Text + second.Log.Text);
        Assert.Equal(0, first.Publisher.Status.EventsDropped + second.Publisher.Status.EventsDropped);
        var arrived = ledger.Payloads.Select(payload => payload.Contains("\"data\":", StringComparison.Ordinal) ? payload.Split("\"data\":")[1].TrimEnd('}') : payload).Where(payload => char.IsAsciiDigit(payload[0])).Distinct().Count();
        Assert.Equal(2 * each, arrived);
    }

    [Fact]
    public async Task Pauses_after_a_take_over_grow_although_each_connection_was_answered()
    {
        using var broker = ScriptedBroker.Willing();
        broker.Ends = _ => ReasonCode.SessionTakenOver;
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address });
        Assert.True(await rig.Until(() => rig.Log.Text.Split("next try in ").Length >= 5), rig.Log.Text);
        var pauses = rig.Log.Text.Split("next try in ").Skip(1).Select(text => double.Parse(text.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.True(pauses[3] >= 4, string.Join(", ", pauses)); // of 8 s, drawn from the upper half
    }
}
