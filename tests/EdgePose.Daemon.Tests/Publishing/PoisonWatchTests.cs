using EdgePose.Delivery.Broker;
using MQTTnet;

namespace EdgePose.Daemon.Tests.Publishing;

public sealed class PoisonWatchTests
{
    [Theory]
    [InlineData(MqttClientDisconnectReason.PacketTooLarge, 2)]
    [InlineData(MqttClientDisconnectReason.NotAuthorized, 10)]
    [InlineData(null, 10)]
    public void Only_a_message_that_ends_the_connection_each_time_when_it_is_sent_alone_is_given_up(MqttClientDisconnectReason? reason, int ends)
    {
        var watch = new PoisonWatch();
        Assert.Null(watch.Ended(7, inFlight: 32, hadAnswered: true, reason)); // could be any of them
        Assert.True(watch.OneAtATime);
        for (var end = 1; end < ends; end++)
        {
            Assert.Null(watch.Ended(7, inFlight: 1, hadAnswered: true, reason));
        }

        Assert.Equal(7, watch.Ended(7, inFlight: 1, hadAnswered: true, reason));
        Assert.False(watch.OneAtATime);
    }

    [Theory]
    [InlineData(MqttClientDisconnectReason.SessionTakenOver)]
    [InlineData(MqttClientDisconnectReason.ServerShuttingDown)]
    [InlineData(MqttClientDisconnectReason.AdministrativeAction)]
    [InlineData(MqttClientDisconnectReason.KeepAliveTimeout)]
    public void An_end_that_the_broker_gives_another_reason_for_suspects_no_message_however_often_it_comes(MqttClientDisconnectReason reason)
    {
        var watch = new PoisonWatch();
        for (var end = 0; end < 100; end++)
        {
            Assert.Null(watch.Ended(7, inFlight: 1, hadAnswered: true, reason));
        }

        Assert.False(watch.OneAtATime);
    }

    [Fact]
    public void A_broker_that_answers_nothing_or_takes_an_event_now_and_then_costs_none()
    {
        var watch = new PoisonWatch();
        for (var end = 0; end < 100; end++)
        {
            Assert.Null(watch.Ended(7, inFlight: 1, hadAnswered: false, null));
            Assert.Null(watch.Ended(null, inFlight: 0, hadAnswered: true, null));
        }

        for (var position = 8; position < 100; position++)
        {
            Assert.Null(watch.Ended(position, inFlight: 1, hadAnswered: true, null));
            watch.Acknowledged();
        }
    }
}
