using EdgePose.Delivery.Broker;

namespace EdgePose.Fault.Tests.Publishing;

/// <summary>Brokers that do not take everything: events arrive all the same, and the log and the status say what is missing.</summary>
public sealed class BrokerTermsTests
{
    private const string Status = "edgepose/v1/site/device/status";

    [Theory]
    [InlineData("retain_available false", MqttVersion.V5, "no retained messages")]
    [InlineData("retain_available false", MqttVersion.V311, "no retained messages")]
    [InlineData("max_qos 0", MqttVersion.V5, "maximum QoS is 0")]
    [InlineData("max_qos 0", MqttVersion.V311, "maximum QoS is 0")]
    [InlineData("max_qos 0\nretain_available false", MqttVersion.V5, "maximum QoS is 0")]
    [InlineData("max_qos 0\nretain_available false", MqttVersion.V311, "maximum QoS is 0")]
    public async Task Events_arrive_in_order_at_a_broker_without_retained_messages_or_qos_1_and_the_log_says_so(string limit, MqttVersion version, string told)
    {
        using var broker = new Mosquitto(more: limit);
        await using var ledger = await Ledger.OpenAsync(broker.Address);
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address, Version = version, Structured = true });
        for (var number = 0; number < 100; number++)
        {
            rig.Post(number);
        }

        Assert.True(await rig.Until(() => rig.Publisher.Status is { EventsWaiting: 0, EventsSent: 100 }), $"{rig.Publisher.Status}; {rig.Log.Text}");
        Assert.True(await rig.Until(() => ledger.Payloads.Count == 100), rig.Log.Text);
        Assert.Equal(Enumerable.Range(0, 100).Select(number => $"{number}"), ledger.Payloads.Select(payload => payload.Split("\"data\":")[1].TrimEnd('}')));
        Assert.Single(rig.Log.Text.Split('\n'), line => line.Contains(told, StringComparison.Ordinal));
        Assert.Equal((!limit.Contains("retain", StringComparison.Ordinal), !limit.Contains("qos", StringComparison.Ordinal)), (rig.Publisher.Status.Terms!.Retains, rig.Publisher.Status.Terms.Acknowledges));
    }

    [Fact]
    public async Task Without_acknowledgements_an_event_that_no_ping_has_confirmed_is_sent_again()
    {
        byte[] withoutQos1 = [0x24, 0]; // MQTT 5, 3.2.2.3.4: maximum QoS
        using var broker = ScriptedBroker.Started(connect => ScriptedBroker.Accept(connect, withoutQos1));
        broker.AnswersPings = false;
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address });
        rig.Post(1);
        Assert.True(await rig.Until(() => broker.Publishes.Any(publish => publish.Topic == PublisherRig.Topic)), rig.Log.Text);
        Assert.Equal(1, rig.Publisher.Status.EventsWaiting);
        broker.EndAll(code: null);
        broker.AnswersPings = true;
        Assert.True(await rig.Until(() => rig.Publisher.Status is { EventsWaiting: 0, EventsSent: 1 }), rig.Log.Text);
        Assert.True(broker.Publishes.Count(publish => publish.Topic == PublisherRig.Topic) >= 2);
        Assert.All(broker.Publishes, publish => Assert.Equal(0, publish.Qos));
    }

    [Fact]
    public async Task A_shorter_keep_alive_of_the_broker_is_kept()
    {
        byte[] keepAlive = [0x13, 0, 1]; // MQTT 5, 3.2.2.3.14: one second
        using var broker = ScriptedBroker.Started(connect => ScriptedBroker.Accept(connect, keepAlive));
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address, KeepAliveSeconds = 3600 });
        Assert.True(await rig.Until(() => broker.Pings >= 3), rig.Log.Text);
        Assert.Equal(1, rig.Publisher.Status.Terms!.KeepAliveSeconds);
        Assert.Contains("keep-alive of 1 s", rig.Log.Text, StringComparison.Ordinal);
        Assert.Single(broker.Connects);
    }

    [Theory]
    [InlineData(true)] // it answers with "unacceptable protocol version"
    [InlineData(false)] // it closes the connection
    public async Task Auto_speaks_3_1_1_to_a_broker_without_5(bool answers)
    {
        using var broker = ScriptedBroker.Started(connect => !connect.IsVersion5 ? ScriptedBroker.Accept(connect) : answers ? ScriptedBroker.OldAnswer(1) : null);
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address, Version = MqttVersion.Auto });
        rig.Post(1);
        Assert.True(await rig.Until(() => rig.Publisher.Status.EventsSent == 1), rig.Log.Text);
        Assert.Equal(MqttVersion.V311, rig.Publisher.Status.Terms!.Version);
        Assert.Contains("with MQTT 3.1.1", rig.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("No connection", rig.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Auto_speaks_5_where_it_can()
    {
        using var broker = ScriptedBroker.Willing();
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address, Version = MqttVersion.Auto });
        Assert.True(await rig.Until(() => rig.Publisher.Status.IsConnected), rig.Log.Text);
        Assert.True(Assert.Single(broker.Connects).IsVersion5);
    }

    [Fact]
    public async Task A_broker_that_was_away_behind_its_proxy_is_not_taken_for_one_without_retained_messages()
    {
        var closed = 0;
        using var broker = ScriptedBroker.Started(connect => Interlocked.Increment(ref closed) <= 1 ? null : ScriptedBroker.Accept(connect));
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address, Version = MqttVersion.V311 });
        Assert.True(await rig.Until(() => broker.Publishes.Any(publish => publish.Topic == Status)), rig.Log.Text);
        Assert.True(rig.Publisher.Status.Terms!.Retains);
        Assert.All(broker.Publishes, publish => Assert.True(publish.Retain));
    }

    [Fact]
    public async Task A_connection_that_a_retained_message_ends_is_opened_again_without_the_flag()
    {
        using var broker = ScriptedBroker.Willing();
        broker.Ends = publish => publish.Retain ? ReasonCode.RetainNotSupported : null;
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address });
        rig.Post(1);
        Assert.True(await rig.Until(() => rig.Publisher.Status is { IsConnected: true, EventsSent: 1 }), rig.Log.Text);
        Assert.False(rig.Publisher.Status.Terms!.Retains);
        Assert.Contains(broker.Publishes, publish => publish is { Topic: Status, Retain: false });
    }
}
