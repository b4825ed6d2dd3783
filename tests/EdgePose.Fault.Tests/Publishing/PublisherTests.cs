using System.Globalization;
using EdgePose.Delivery.Broker;

namespace EdgePose.Fault.Tests.Publishing;

public sealed class PublisherTests
{
    [Theory]
    [InlineData(MqttVersion.V5)]
    [InlineData(MqttVersion.V311)]
    public async Task Events_arrive_once_in_order_with_their_ids(MqttVersion version)
    {
        using var broker = new Mosquitto();
        await using var ledger = await Ledger.OpenAsync(broker.Address);
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address, Version = version });
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
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address });
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
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address, Username = "daemon", PasswordFile = file });
        Assert.True(await rig.Until(() => rig.Publisher.Status.LastFault.Length > 0));
        Assert.Contains("passwordFile", rig.Publisher.Status.LastFault, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng-Secret", rig.Log.Text + rig.Publisher.Status, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public async Task A_subscriber_that_comes_later_is_told_that_the_device_went_offline()
    {
        using var broker = new Mosquitto();
        await using (var rig = new PublisherRig(new MqttConfig { Address = broker.Address }))
        {
            Assert.True(await rig.Until(() => rig.Publisher.Status.IsConnected), rig.Log.Text);
        }

        await using var ledger = await Ledger.OpenAsync(broker.Address);
        Assert.True(await PublisherRig.UntilTrue(() => ledger.Payloads.Contains("\"offline\"")), "no retained offline status");
    }
}
