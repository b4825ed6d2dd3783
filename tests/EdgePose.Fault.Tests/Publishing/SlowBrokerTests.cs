using EdgePose.Delivery.Broker;
using EdgePose.Fault.Tests.Cameras;
using EdgePose.Fault.Tests.Proxy;
using EdgePose.Fault.Tests.Spool;

namespace EdgePose.Fault.Tests.Publishing;

/// <summary>A line of 1 KB/s to a real broker. Alone, as what another test holds would count as this one's memory.</summary>
[Collection(nameof(SteadyStateTests))]
public sealed class SlowBrokerTests
{
    private const int PerSecond = 50;

    [Fact]
    public async Task A_slow_line_carries_what_it_can_blocks_nobody_and_the_spool_grows_while_memory_does_not()
    {
        var seconds = Nightly.Rounds(15, 300);
        var folder = Directory.CreateTempSubdirectory("edgepose-slow-");
        using var broker = new Mosquitto();
        using var proxy = new FaultProxy(broker.Port);
        await using var rig = new PublisherRig(
            new MqttConfig { Address = $"mqtt://127.0.0.1:{proxy.Port}" }, SmallSpool.Open(Path.Combine(folder.FullName, "spool"), new ListLogger(), inFlight: 32));
        Assert.True(await rig.Until(() => rig.Publisher.Status.IsConnected), rig.Log.Text);
        using var posting = new Poster(rig, perSecond: PerSecond, bytes: 1200, poseBytes: 1500);
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        proxy.ToServer.BytesPerSecond = 1000;
        await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        var (before, sentBefore, waitingBefore, memoryBefore) = (posting.Posted, rig.Publisher.Status.EventsSent, rig.Publisher.Status.EventsWaiting, GC.GetTotalMemory(forceFullCollection: true));
        await Task.Delay(TimeSpan.FromSeconds(seconds), TestContext.Current.CancellationToken);
        Assert.True(await rig.Until(() => rig.Publisher.Status.EventsSent - sentBefore >= seconds / 10 && posting.Posted - before >= seconds * PerSecond / 2), $"{rig.Publisher.Status}; {rig.Log.Text}");
        var (sent, grown, memory) = (rig.Publisher.Status.EventsSent - sentBefore, rig.Publisher.Status.EventsWaiting - waitingBefore, GC.GetTotalMemory(forceFullCollection: true) - memoryBefore);
        Measured.Say($"{seconds} s at 1 KB/s: {posting.Posted - before} posted, {sent} arrived, the spool grew by {grown} events, memory by {memory / 1024} KB; posting took {posting.Slowest.TotalMilliseconds:0.0} ms at most; {proxy.Accepted - 1} reconnects");
        Assert.True(grown > 10 * sent, $"{sent} events went over the line while {grown} more wait: posting goes at the line's pace");
        Measured.Hold(posting.Slowest.TotalSeconds, 2, "posting, with a line that takes a second for one message");
        Assert.True(memory < 4 * 1024 * 1024, $"memory grew by {memory / 1024} KB");
        Assert.Equal(0, rig.Publisher.Status.EventsDropped);

        posting.Dispose();
        proxy.ToServer.BytesPerSecond = 0;
        Assert.True(await rig.Until(() => rig.Publisher.Status.EventsWaiting == 0), $"{rig.Publisher.Status}; {rig.Log.Text}");
        Assert.Equal(posting.Posted, rig.Publisher.Status.EventsSent);
    }
}
