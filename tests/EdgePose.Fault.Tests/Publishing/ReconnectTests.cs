using System.Globalization;
using EdgePose.Delivery.Broker;

namespace EdgePose.Fault.Tests.Publishing;

/// <summary>Other settings of the broker while events flow.</summary>
public sealed class ReconnectTests
{
    [Fact]
    public async Task Between_two_brokers_and_back_no_event_is_lost_and_only_what_was_in_flight_can_come_twice()
    {
        const int rounds = 6, eachRound = 200, window = 32;
        using var first = new Mosquitto();
        using var second = new Mosquitto();
        await using var atFirst = await Ledger.OpenAsync(first.Address);
        await using var atSecond = await Ledger.OpenAsync(second.Address);
        await using var rig = new PublisherRig(new MqttConfig { Address = first.Address, InFlight = window });
        var posted = 0;
        for (var round = 0; round < rounds; round++)
        {
            Assert.True(await rig.Until(() => rig.Publisher.Status.IsConnected), rig.Log.Text);
            for (var i = 0; i < eachRound; i++)
            {
                rig.Post(posted++);
                if (i % 10 == 0)
                {
                    await Task.Delay(1, TestContext.Current.CancellationToken); // the publisher sends meanwhile
                }

                if (i == eachRound / 2)
                {
                    rig.Publisher.Reconnect(new MqttConfig { Address = round % 2 == 0 ? second.Address : first.Address, InFlight = window });
                }
            }
        }

        Assert.True(await rig.Until(() => rig.Publisher.Status.EventsWaiting == 0), rig.Log.Text);
        int[] arrived = [.. atFirst.Payloads.Concat(atSecond.Payloads).Where(payload => char.IsAsciiDigit(payload[0])).Select(payload => int.Parse(payload, CultureInfo.InvariantCulture))];
        Assert.Equal(Enumerable.Range(0, posted), arrived.Distinct().Order());
        Assert.InRange(arrived.Length - posted, 0, rounds * window);
        Assert.Equal(0, rig.Publisher.Status.EventsDropped);
        Measured.Say($"{posted} events over {rounds} changes of the broker: 0 lost, {arrived.Length - posted} twice");
    }

    [Fact]
    public async Task Settings_that_are_right_are_tried_at_once_however_long_the_wrong_ones_have_failed()
    {
        using var broker = new Mosquitto();
        await using var rig = new PublisherRig(new MqttConfig { Address = "mqtt://127.0.0.1:9" });
        Assert.True(await rig.Until(() => rig.Log.Text.Split("next try").Length > 3), rig.Log.Text); // the pauses are seconds by now
        var tries = rig.Log.Text.Split("next try").Length;
        rig.Publisher.Reconnect(new MqttConfig { Address = broker.Address });
        var start = TimeProvider.System.GetTimestamp();
        Assert.True(await rig.Until(() => rig.Publisher.Status.IsConnected), rig.Log.Text);
        Assert.InRange(rig.Log.Text.Split("next try").Length, tries, tries + 1); // the one that was under way with the wrong settings, and none after it
        Measured.Hold(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 1.5, "connected");
    }
}
