using System.Diagnostics;
using EdgePose.Delivery.Broker;

namespace EdgePose.Fault.Tests.Publishing;

/// <summary><c>edgepose doctor</c> asks the broker as the daemon does.</summary>
public sealed class DoctorTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-doctor-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task It_connects_with_the_daemons_will_under_the_daemons_client_id_with_a_suffix_and_publishes_nothing()
    {
        using var broker = ScriptedBroker.Willing();
        var line = await BrokerLineAsync(broker.Address, "\"version\":\"3.1.1\"");
        Assert.StartsWith("ok ", line, StringComparison.Ordinal);
        var connect = Assert.Single(broker.Connects);
        Assert.Equal("edgepose-shop-door-doctor", connect.ClientId);
        Assert.Equal((true, 1, false), (connect.RetainsWill, connect.WillQos, connect.IsVersion5));
        Assert.Empty(broker.Publishes);
    }

    [Fact]
    public async Task It_says_what_the_broker_does_not_take()
    {
        byte[] limits = [0x25, 0, 0x24, 0, 0x13, 0, 5]; // MQTT 5, 3.2.2.3: retain available, maximum QoS, server keep alive
        using var broker = ScriptedBroker.Started(connect => ScriptedBroker.Accept(connect, limits));
        var line = await BrokerLineAsync(broker.Address);
        Assert.All(new[] { "ok ", "no retained messages", "maximum QoS is 0", "keep-alive of 5 s" }, part => Assert.Contains(part, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broker_that_refuses_the_will_alone_is_a_fault_for_it_too()
    {
        using var broker = ScriptedBroker.Started(connect => connect.WillQos > 0 ? ScriptedBroker.Answer(connect, ReasonCode.NotAuthorized) : ScriptedBroker.Accept(connect));
        Assert.StartsWith("FAULT", await BrokerLineAsync(broker.Address), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_that_takes_the_daemons_own_id_alone_is_named_and_can_be_tried()
    {
        using var broker = ScriptedBroker.Started(connect => connect.ClientId == "thing-door" ? ScriptedBroker.Accept(connect) : ScriptedBroker.Answer(connect, ReasonCode.NotAuthorized));
        var line = await BrokerLineAsync(broker.Address, "\"clientId\":\"thing-{device}\"");
        Assert.All(new[] { "FAULT", "thing-door-doctor", "--as-daemon" }, part => Assert.Contains(part, line, StringComparison.Ordinal));
        Assert.StartsWith("ok ", await BrokerLineAsync(broker.Address, "\"clientId\":\"thing-{device}\"", "--as-daemon"), StringComparison.Ordinal);
    }

    /// <summary>What it says of the broker.</summary>
    private async Task<string> BrokerLineAsync(string address, string more = "\"version\":\"5\"", params string[] options)
    {
        var file = Path.Combine(folder, "edgepose.json");
        await File.WriteAllTextAsync(
            file,
            $$"""
            { "device": { "site": "shop", "id": "door" }, "network": { "manifest": "none.json" }, "mqtt": { "address": "{{address}}", {{more}} }, "cameras": [ { "id": "c", "address": "rtsp://127.0.0.1:9/x" } ] }
            """,
            TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "edgepose"), ["doctor", "--config", file, .. options]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return said.Split('\n').Single(line => line[..Math.Min(line.Length, 14)].Contains("broker", StringComparison.Ordinal));
    }
}
