using System.Net;
using System.Net.Sockets;
using EdgePose.Delivery.Broker;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgePose.Daemon.Tests.Publishing;

public sealed class BrokerConnectionTests
{
    private readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider time = new();

    [Fact]
    public async Task A_ping_that_waits_for_the_one_before_it_is_owed_from_when_it_is_sent_so_that_its_answer_shows_what_was_lost_before_it()
    {
        using var broker = new SilentBroker();
        using var connection = new BrokerConnection(time);
        var config = new MqttConfig { Address = broker.Address, KeepAliveSeconds = 60, ClientId = "test" };
        await Task.WhenAll(connection.ConnectAsync(config, _ => new MqttApplicationMessage { Topic = "will" }, TestContext.Current.CancellationToken), broker.AcceptAsync());

        var (first, waiting) = (connection.PingAsync(), connection.PingAsync());
        _ = connection.SendAsync(new MqttApplicationMessageBuilder().WithTopic("lost").WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build());
        await Answer(first);
        await Answer(waiting); // sent after the message
        Assert.True(Spool.Wait.Until(() => connection.HasRoom)); // the message alone is owed
        time.Advance(TimeSpan.FromSeconds(4.9));
        await Answer(connection.PingAsync()); // so that the broker is not silent
        Assert.True(Spool.Wait.Until(() => connection.HasRoom));
        connection.Check();
        time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Throws<AcknowledgementLostException>(connection.Check);

        async Task Answer(Task ping)
        {
            await broker.AnswerPingAsync();
            await ping;
        }
    }

    /// <summary>Takes one client and two messages at a time, and acknowledges none; answers a ping when it is told to.</summary>
    private sealed class SilentBroker : IDisposable
    {
        private const byte Ping = 0xC0;
        private static readonly byte[] Accepted = [0x20, 6, 0, 0, 3, 0x21, 0, 2]; // MQTT 5, 3.2, with a receive maximum of 2
        private static readonly byte[] Answer = [0xD0, 0];

        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private TcpClient? client;

        public SilentBroker() => listener.Start();

        public string Address => $"mqtt://{listener.LocalEndpoint}";

        public async Task AcceptAsync()
        {
            client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            await ReadPacketAsync();
            await client.GetStream().WriteAsync(Accepted, TestContext.Current.CancellationToken);
        }

        public async Task AnswerPingAsync()
        {
            while (await ReadPacketAsync() != Ping)
            {
                // a message, of which nothing is to be heard
            }

            await client!.GetStream().WriteAsync(Answer, TestContext.Current.CancellationToken);
        }

        public void Dispose()
        {
            client?.Dispose();
            listener.Dispose();
        }

        /// <summary>Reads one packet of less than 128 bytes; gives its first byte.</summary>
        private async Task<byte> ReadPacketAsync()
        {
            var head = new byte[2];
            await client!.GetStream().ReadExactlyAsync(head, TestContext.Current.CancellationToken);
            Assert.InRange(head[1], 0, 127);
            await client.GetStream().ReadExactlyAsync(new byte[head[1]], TestContext.Current.CancellationToken);
            return head[0];
        }
    }
}
