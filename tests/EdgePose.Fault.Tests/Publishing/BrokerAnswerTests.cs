using EdgePose.Delivery.Broker;

namespace EdgePose.Fault.Tests.Publishing;

/// <summary>What a broker answers, in one line that names the cause, the client id and the remedy.</summary>
public sealed class BrokerAnswerTests
{
    private const string Id = "edgepose-site-device";

    [Theory]
    [InlineData(MqttVersion.V5, 0x84, "mqtt.version to 3.1.1 or auto")]
    [InlineData(MqttVersion.V5, 0x85, Id, "mqtt.clientId", "mqtt.keepAliveSeconds")]
    [InlineData(MqttVersion.V5, 0x86, Id, "passwordFile")]
    [InlineData(MqttVersion.V5, 0x87, Id, "rules for client ids")]
    [InlineData(MqttVersion.V5, 0x88, Id, "not available")]
    [InlineData(MqttVersion.V5, 0x8A, Id, "banned")]
    [InlineData(MqttVersion.V5, 0x95, Id, "limit for packets")]
    [InlineData(MqttVersion.V5, 0x97, Id, "quota")]
    [InlineData(MqttVersion.V5, 0x9D, Id, "mqtt.address")]
    [InlineData(MqttVersion.V5, 0xC1, Id, "0xc1", "broker's log")]
    [InlineData(MqttVersion.V311, 1, "mqtt.version to 5 or auto")]
    [InlineData(MqttVersion.V311, 2, Id, "mqtt.clientId", "mqtt.keepAliveSeconds")]
    [InlineData(MqttVersion.V311, 3, Id, "not available")]
    [InlineData(MqttVersion.V311, 4, Id, "passwordFile")]
    [InlineData(MqttVersion.V311, 5, Id, "rules for client ids")]
    [InlineData(MqttVersion.V311, 77, Id, "0x4d", "broker's log")]
    public async Task A_refused_connection_is_told_with_the_client_id_and_a_remedy(MqttVersion version, byte code, params string[] told)
    {
        using var broker = ScriptedBroker.Started(connect => ScriptedBroker.Answer(connect, code));
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address, Version = version, ClientId = Id });
        Assert.True(await rig.Until(() => rig.Publisher.Status.LastFault.Length > 0), rig.Log.Text);
        Assert.All(told, part => Assert.Contains(part, rig.Publisher.Status.LastFault, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', rig.Publisher.Status.LastFault);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task A_broker_that_answers_mqtt_5_in_the_form_of_3_1_1_is_told_of_with_the_version_to_set(byte code)
    {
        using var broker = ScriptedBroker.Started(_ => ScriptedBroker.OldAnswer(code));
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address });
        Assert.True(await rig.Until(() => rig.Publisher.Status.LastFault.Length > 0), rig.Log.Text);
        Assert.Contains("set mqtt.version to 3.1.1", rig.Publisher.Status.LastFault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x87, "publish to")]
    [InlineData(0x8B, "shutting down")]
    [InlineData(0x8D, "keep-alive")]
    [InlineData(0x8E, "another client with the same client id")]
    [InlineData(0x97, "quota")]
    [InlineData(0x98, "administrative action")]
    [InlineData(0x9D, "moved")]
    [InlineData(0xA0, "longest time")]
    [InlineData(0x00, "no reason")]
    public async Task The_reason_of_an_end_is_told_with_the_client_id(byte code, string told)
    {
        using var broker = ScriptedBroker.Willing();
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address, ClientId = Id });
        Assert.True(await rig.Until(() => rig.Publisher.Status.IsConnected), rig.Log.Text);
        broker.EndAll(code);
        Assert.True(await rig.Until(() => rig.Log.Text.Contains("No connection", StringComparison.Ordinal)), rig.Log.Text);
        Assert.Contains(told, rig.Log.Text, StringComparison.Ordinal);
        Assert.Contains(Id, rig.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reason_is_not_carried_over_to_the_next_connection_which_the_broker_closes_without_one()
    {
        using var broker = ScriptedBroker.Willing();
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address, ClientId = Id });
        Assert.True(await rig.Until(() => rig.Publisher.Status.IsConnected), rig.Log.Text);
        broker.EndAll(0x98);
        Assert.True(await rig.Until(() => broker.Connects.Count == 2 && rig.Publisher.Status.IsConnected), rig.Log.Text);
        broker.EndAll(code: null);
        Assert.True(await rig.Until(() => rig.Log.Text.Split("No connection").Length == 3), rig.Log.Text);
        Assert.Contains("without a reason", rig.Log.Text.Split("No connection")[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_brokers_own_words_stay_on_one_line()
    {
        byte[] words = [0x1F, 0, 5, (byte)'a', (byte)'\n', (byte)'b', 0x1B, (byte)'c']; // MQTT 5, 3.2.2.3.9: reason string
        using var broker = ScriptedBroker.Started(connect => ScriptedBroker.Answer(connect, 0x97, words));
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address });
        Assert.True(await rig.Until(() => rig.Publisher.Status.LastFault.Length > 0), rig.Log.Text);
        Assert.Contains("\"a b c\"", rig.Publisher.Status.LastFault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_is_over_the_quota_is_told_with_what_to_do()
    {
        using var broker = ScriptedBroker.Willing();
        broker.PublishCode = 0x97;
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address });
        rig.Post(1);
        Assert.True(await rig.Until(() => rig.Log.Text.Contains("raise the broker's quota", StringComparison.Ordinal)), rig.Log.Text);
        Assert.Equal(1, rig.Publisher.Status.EventsWaiting);
    }
}
