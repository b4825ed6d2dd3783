using System.Diagnostics;
using System.Text;
using EdgePose.Delivery.Broker;
using MQTTnet;

namespace EdgePose.Fault.Tests.Publishing;

/// <summary><c>edgepose watch</c> at brokers and with messages as they are.</summary>
public sealed class WatchTests
{
    [Fact]
    public async Task A_refused_subscription_is_told_and_ends_it()
    {
        using var broker = ScriptedBroker.Willing();
        broker.SubscriptionCode = ReasonCode.NotAuthorized;
        using var watch = new Watch("--broker", broker.Address);
        Assert.Equal(69, await watch.EndAsync());
        Assert.Contains("refuses the subscription", watch.Text, StringComparison.Ordinal);
        Assert.Contains("edgepose/v1/#", watch.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_connection_is_told_with_the_brokers_reason_and_ends_it()
    {
        using var broker = ScriptedBroker.Willing();
        using var watch = new Watch("--broker", broker.Address);
        await watch.UntilAsync("Subscribed");
        broker.EndAll(0x98);
        Assert.Equal(69, await watch.EndAsync());
        Assert.Contains("administrative action", watch.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_speaks_3_1_1_to_a_broker_without_5_and_pings_within_the_brokers_keep_alive()
    {
        byte[] keepAlive = [0x13, 0, 1]; // MQTT 5, 3.2.2.3.14: one second
        using var old = ScriptedBroker.Started(connect => connect.IsVersion5 ? ScriptedBroker.OldAnswer(1) : ScriptedBroker.Accept(connect));
        using var strict = ScriptedBroker.Started(connect => ScriptedBroker.Accept(connect, keepAlive));
        using var atOld = new Watch("--broker", old.Address);
        using var atStrict = new Watch("--broker", strict.Address);
        await atOld.UntilAsync("with MQTT 3.1.1");
        Assert.True(await PublisherRig.UntilTrue(() => strict.Pings >= 3));
    }

    [Fact]
    public async Task It_takes_the_broker_of_a_configuration_with_everything_that_belongs_to_it()
    {
        using var authority = new Authority("Test Authority");
        using var broker = new Mosquitto(tls: authority.Server("127.0.0.1"), clientAuthority: authority.File);
        var (certificate, key) = authority.Device();
        var folder = Directory.CreateTempSubdirectory("edgepose-watch-");
        var file = Path.Combine(folder.FullName, "edgepose.json");
        await File.WriteAllTextAsync(
            file,
            $$"""{ "network": { "manifest": "m.json" }, "mqtt": { "address": "{{broker.Address}}", "version": "3.1.1", "caFile": "{{authority.File}}", "certificateFile": "{{certificate}}", "keyFile": "{{key}}" } }""",
            TestContext.Current.CancellationToken);
        using var watch = new Watch("--config", file);
        await watch.UntilAsync("with MQTT 3.1.1");
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Messages_that_it_does_not_understand_are_told_each_and_cannot_command_the_terminal()
    {
        using var broker = new Mosquitto();
        using var watch = new Watch("--broker", broker.Address);
        await watch.UntilAsync("Subscribed");
        using var client = new BrokerClient();
        await client.ConnectAsync(new MqttConfig { Address = broker.Address, ClientId = "foreign" }, will: null, TestContext.Current.CancellationToken);
        await SendAsync("withdrawn/state", "");
        await SendAsync("number/state", "42");
        await SendAsync("list/track", "[1]");
        await SendAsync("text/pose", "hello");
        await SendAsync("member/pose", "{\"camera\":\"c\",\"people\":7}");
        await SendAsync("odd/track", "{\"camera\":\"odd\",\"trackId\":1,\"kind\":\"start\",\"durationSeconds\":\"long\"}");
        await SendAsync("escape/state", "{\"camera\":\"\\u001b[2J\",\"state\":\"running\"}");
        await SendAsync("last/state", "{\"camera\":\"last\",\"state\":\"running\"}");
        await watch.UntilAsync("camera last: running");
        Assert.Contains("withdrawn/state: the camera was taken out", watch.Text, StringComparison.Ordinal);
        Assert.All(new[] { "number/state", "list/track", "text/pose", "member/pose" }, topic => Assert.Contains($"{topic}: not understood", watch.Text, StringComparison.Ordinal));
        Assert.Contains("odd: track 1 start", watch.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', watch.Text);

        Task SendAsync(string topic, string payload) =>
            client.Mqtt.PublishAsync(new MqttApplicationMessageBuilder().WithTopic($"edgepose/v1/s/d/{topic}").WithPayload(payload).Build(), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_password_in_the_address_is_refused_and_not_repeated()
    {
        using var watch = new Watch("--broker", "mqtt://user:hunter2@127.0.0.1:9");
        Assert.Equal(64, await watch.EndAsync());
        Assert.Contains("--password-file", watch.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", watch.Text, StringComparison.Ordinal);
    }

    /// <summary>The program as a user starts it.</summary>
    private sealed class Watch : IDisposable
    {
        private readonly Process process;
        private readonly StringBuilder said = new();

        public Watch(params string[] arguments)
        {
            process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "edgepose"), ["watch", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.OutputDataReceived += Keep;
            process.ErrorDataReceived += Keep;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        public string Text
        {
            get
            {
                lock (said)
                {
                    return said.ToString();
                }
            }
        }

        public async Task UntilAsync(string text) => Assert.True(await PublisherRig.UntilTrue(() => Text.Contains(text, StringComparison.Ordinal)), Text);

        public async Task<int> EndAsync()
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(Patience.Seconds), TestContext.Current.CancellationToken);
            return process.ExitCode;
        }

        public void Dispose()
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }

        private void Keep(object sender, DataReceivedEventArgs line)
        {
            lock (said)
            {
                said.AppendLine(line.Data);
            }
        }
    }
}
