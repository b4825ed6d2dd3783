using System.Text;
using EdgePose.Delivery.Broker;
using EdgePose.Fault.Tests.Proxy;

namespace EdgePose.Fault.Tests.Publishing;

/// <summary>A real broker, of which acknowledgements do not arrive while everything else does.</summary>
public sealed class LostAcknowledgementTests
{
    private const int Marked = 20;
    private const string Mark = "the event that is never acknowledged";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_is_lost_is_noticed_while_the_broker_answers_everything_else_and_holds_events_up_for_seconds_only(bool withPoses)
    {
        using var broker = new Mosquitto();
        using var proxy = new FaultProxy(broker.Port);
        await using var ledger = new PersistentLedger(broker.Address);
        Assert.True(await PublisherRig.UntilTrue(() => ledger.IsSubscribed));
        var acknowledgements = new LostAcknowledgements(proxy, Mark, most: 1);
        await using var rig = new PublisherRig(new MqttConfig { Address = $"mqtt://127.0.0.1:{proxy.Port}", InFlight = 32 });
        Assert.True(await rig.Until(() => rig.Publisher.Status.IsConnected), rig.Log.Text);
        for (var number = 0; number < Marked; number++)
        {
            rig.Post(number);
        }

        rig.Publisher.PostEvent(PublisherRig.Topic, "edgepose.track", DateTimeOffset.UtcNow, Encoding.UTF8.GetBytes(Mark));
        Assert.True(await rig.Until(() => acknowledgements.Lost == 1), rig.Log.Text);
        var start = TimeProvider.System.GetTimestamp();
        using var posting = withPoses ? new Poster(rig, perSecond: 20, poseBytes: 1500) : null;
        Assert.True(await rig.Until(() => rig.Log.Text.Contains("has not acknowledged a message", StringComparison.Ordinal)), $"{rig.Publisher.Status}; {rig.Log.Text}");
        var noticed = TimeProvider.System.GetElapsedTime(start);
        posting?.Dispose();
        Assert.True(await rig.Until(() => rig.Publisher.Status.EventsWaiting == 0), $"{rig.Publisher.Status}; {rig.Log.Text}");
        var posted = Marked + 1 + (posting?.Posted ?? 0);
        Assert.True(await rig.Until(() => ledger.Arrived.DistinctBy(arrival => arrival.Id).Count() == posted), $"{ledger.Arrived.Count} of {posted}");
        Measured.Say($"{(withPoses ? "with poses" : "alone")}: noticed after {noticed.TotalSeconds:0.0} s of 5 s and one for the question; {posted} events, 0 lost, {ledger.Doubles} twice");
        Assert.Empty(ledger.Misordered());
        Assert.InRange(ledger.Doubles, 1, 32);
        Assert.Equal(0, rig.Publisher.Status.EventsDropped);
        Assert.Equal(2, proxy.Accepted);
    }

    [Fact]
    public async Task An_event_of_which_each_is_lost_is_found_out_and_dropped_and_the_others_arrive_in_order()
    {
        Assert.SkipUnless(Nightly.Is, "takes minutes: an event is given up after ten tries of seconds each; runs at night");
        using var broker = new Mosquitto();
        using var proxy = new FaultProxy(broker.Port);
        await using var ledger = new PersistentLedger(broker.Address);
        Assert.True(await PublisherRig.UntilTrue(() => ledger.IsSubscribed));
        var acknowledgements = new LostAcknowledgements(proxy, Mark);
        await using var rig = new PublisherRig(new MqttConfig { Address = $"mqtt://127.0.0.1:{proxy.Port}" });
        rig.Publisher.PostEvent(PublisherRig.Topic, "edgepose.track", DateTimeOffset.UtcNow, Encoding.UTF8.GetBytes(Mark));
        using var posting = new Poster(rig, perSecond: 20, poseBytes: 1500);
        Assert.True(await rig.Until(() => rig.Publisher.Status.EventsDropped == 1, seconds: 240), $"{rig.Publisher.Status}; {rig.Log.Text}");
        posting.Dispose();
        Assert.True(await rig.Until(() => rig.Publisher.Status.EventsWaiting == 0), $"{rig.Publisher.Status}; {rig.Log.Text}");
        Assert.Equal((1, posting.Posted), (rig.Publisher.Status.Events.Dropped.Refused, rig.Publisher.Status.EventsSent));
        Assert.Contains("never acknowledges it", rig.Log.Text, StringComparison.Ordinal);
        Assert.Empty(ledger.Misordered());
        Measured.Say($"dropped after {acknowledgements.Lost} tries");
    }
}
