using EdgePose.Delivery.Broker;
using EdgePose.Fault.Tests.Proxy;
using EdgePose.Fault.Tests.Spool;

namespace EdgePose.Fault.Tests.Publishing;

/// <summary>A real broker that is killed, stopped or cut off, and comes back.</summary>
public sealed class BrokerAwayTests
{
    private const int Window = 32;
    private const double DrainPromise = 30;

    [Fact]
    public async Task A_broker_that_is_killed_again_and_again_loses_nothing_keeps_order_and_doubles_at_most_the_window()
    {
        var (rounds, awaySeconds) = (Nightly.Rounds(3, 50), Nightly.Rounds(2, 60));
        var folder = Directory.CreateTempSubdirectory("edgepose-away-");

        // A broker that kept what it acknowledged would write all of it after every change, and be slower with every round. This one keeps nothing: the subscriber is there before the publisher.
        using var broker = new Mosquitto(more: "max_queued_messages 0");
        using var gate = new FaultProxy(broker.Port);
        await using var ledger = new PersistentLedger(broker.Address, isKept: false);
        Assert.True(await PublisherRig.UntilTrue(() => ledger.IsSubscribed));
        await using var rig = new PublisherRig(new MqttConfig { Address = $"mqtt://127.0.0.1:{gate.Port}", InFlight = Window }, SmallSpool.Open(Path.Combine(folder.FullName, "spool"), new ListLogger(), inFlight: Window));
        Assert.True(await rig.Until(() => rig.Publisher.Status.IsConnected && ledger.IsConnected), rig.Log.Text);
        using var posting = new Poster(rig, perSecond: 100);
        var slowest = TimeSpan.Zero;
        for (var round = 0; round < rounds; round++)
        {
            await Task.Delay(500, TestContext.Current.CancellationToken);
            gate.RefusesNew = true;
            broker.Kill();
            await Task.Delay(TimeSpan.FromSeconds(awaySeconds), TestContext.Current.CancellationToken);
            broker.Start();
            var back = TimeProvider.System.GetTimestamp();
            Assert.True(await rig.Until(() => ledger.IsSubscribed), $"round {round}: the subscriber is away");
            gate.RefusesNew = false;
            var drained = await rig.Until(() => rig.Publisher.Status.EventsWaiting <= Window, 60);
            Assert.True(
                drained,
                $"round {round}: {rig.Publisher.Status}, {posting.Posted} posted; the subscriber is {(ledger.IsConnected ? "connected" : "away")} and has {ledger.Arrived.Count}; alive: {rig.IsAlive}\n{rig.Log.Text}");
            var took = TimeProvider.System.GetElapsedTime(back);
            slowest = took > slowest ? took : slowest;
        }

        posting.Dispose();
        Assert.True(await rig.Until(() => rig.Publisher.Status.EventsWaiting == 0), rig.Log.Text);
        await rig.Until(() => ledger.Arrived.DistinctBy(arrival => arrival.Id).Count() >= posting.Posted, 10);
        Measured.Say($"{rounds} kills, {awaySeconds} s away each: {posting.Posted} posted, {ledger.Arrived.Count} arrived, {ledger.Doubles} twice, drained within {slowest.TotalSeconds:0.0} s");
        Assert.Equal(posting.Posted, ledger.Arrived.DistinctBy(arrival => arrival.Id).Count());
        Assert.Equal(posting.Posted, rig.Publisher.Status.EventsSent);
        Assert.Empty(ledger.Misordered());
        Assert.InRange(ledger.Doubles, 0, rounds * Window);
        Assert.Equal(0, rig.Publisher.Status.EventsDropped);
        Measured.Hold(slowest.TotalSeconds, DrainPromise, "drained");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_broker_that_is_stopped_is_noticed_in_time_and_gets_everything_when_it_goes_on(bool withTraffic)
    {
        const int keepAlive = 4;
        using var broker = new Mosquitto();
        await using var ledger = new PersistentLedger(broker.Address);
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address, KeepAliveSeconds = keepAlive });
        Assert.True(await rig.Until(() => rig.Publisher.Status.IsConnected && ledger.IsConnected), rig.Log.Text);
        using var posting = new Poster(rig, perSecond: withTraffic ? 20 : 0);
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        Signals.Send(broker.Id, Signals.Stop);
        await NoticeAsync(rig, keepAlive, withTraffic ? "traffic" : "idle");
        Assert.True(await rig.Until(() => rig.Log.Text.Split("does not answer in time").Length > 2), rig.Log.Text); // TCP connects, the broker says nothing: 5 s each
        Signals.Send(broker.Id, Signals.Continue);
        posting.Dispose();
        rig.Post(-1);
        Assert.True(await rig.Until(() => rig.Publisher.Status is { IsConnected: true, EventsWaiting: 0 }), rig.Log.Text);
        Assert.True(await rig.Until(() => ledger.Arrived.DistinctBy(arrival => arrival.Id).Count() == posting.Posted + 1), $"{ledger.Arrived.Count} of {posting.Posted + 1}; {rig.Log.Text}");
        Assert.Empty(ledger.Misordered());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_is_half_open_is_noticed_in_time_and_nothing_is_lost(bool withTraffic)
    {
        Assert.SkipWhen(NetworkNamespace.WhyNot is not null, NetworkNamespace.WhyNot ?? string.Empty);
        const int keepAlive = 4;
        using var far = new NetworkNamespace();
        using var broker = new Mosquitto(inside: far);
        await using var rig = new PublisherRig(new MqttConfig { Address = broker.Address, KeepAliveSeconds = keepAlive });
        Assert.True(await rig.Until(() => rig.Publisher.Status.IsConnected), rig.Log.Text);
        using var posting = new Poster(rig, perSecond: withTraffic ? 20 : 0);
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        far.Unplug();
        await NoticeAsync(rig, keepAlive, withTraffic ? "traffic" : "idle");
        far.Plug();
        var back = TimeProvider.System.GetTimestamp();
        posting.Dispose();
        rig.Post(-1);
        Assert.True(await rig.Until(() => rig.Publisher.Status.EventsSent == posting.Posted + 1), rig.Log.Text);
        Measured.Say($"drained {TimeProvider.System.GetElapsedTime(back).TotalSeconds:0.0} s after the cable was back");
    }

    private static async Task NoticeAsync(PublisherRig rig, int keepAlive, string how)
    {
        var start = TimeProvider.System.GetTimestamp();
        Assert.True(await rig.Until(() => rig.Publisher.Status.LastFault.Length > 0), rig.Log.Text);
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        Measured.Say($"{how}: noticed after {seconds:0.0} s of a keep-alive of {keepAlive} s");
        Measured.Hold(seconds, (1.5 * keepAlive) + 1, $"{how}: noticed"); // one second for giving up what does not answer
    }
}
