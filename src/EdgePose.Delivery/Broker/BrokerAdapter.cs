using System.Net;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Packets;

namespace EdgePose.Delivery.Broker;

/// <summary>
/// MQTTnet's adapter, which notes the broker's first and last word: the answer to a connection, and why the broker ends it. MQTTnet keeps an end's reason from one
/// connection to the next, and reports it after the connection is gone.
/// </summary>
internal sealed class BrokerAdapter(IMqttChannelAdapter inner) : IMqttChannelAdapter
{
    /// <summary>The broker's answer to the connection; null while there is none.</summary>
    public MqttConnAckPacket? Answer { get; private set; }

    /// <summary>Why the broker ends the connection; null while it has not said so.</summary>
    public MqttDisconnectPacket? Farewell { get; private set; }

    /// <summary>Whether the broker asks for a login in several steps (MQTT 5, 4.12).</summary>
    public bool AsksForMore { get; private set; }

    /// <summary>Whether a packet was sent, so that the line is open.</summary>
    public bool HasSent { get; private set; }

    /// <inheritdoc/>
    public long BytesReceived => inner.BytesReceived;

    /// <inheritdoc/>
    public long BytesSent => inner.BytesSent;

    /// <inheritdoc/>
    public X509Certificate2 ClientCertificate => inner.ClientCertificate;

    /// <inheritdoc/>
    public EndPoint RemoteEndPoint => inner.RemoteEndPoint;

    /// <inheritdoc/>
    public EndPoint LocalEndPoint => inner.LocalEndPoint;

    /// <inheritdoc/>
    public bool IsSecureConnection => inner.IsSecureConnection;

    /// <inheritdoc/>
    public MqttPacketFormatterAdapter PacketFormatterAdapter => inner.PacketFormatterAdapter;

    /// <inheritdoc/>
    public Task ConnectAsync(CancellationToken cancellationToken) => inner.ConnectAsync(cancellationToken);

    /// <inheritdoc/>
    public Task DisconnectAsync(CancellationToken cancellationToken) => inner.DisconnectAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<MqttPacket?> ReceivePacketAsync(CancellationToken cancellationToken)
    {
        var packet = await inner.ReceivePacketAsync(cancellationToken).ConfigureAwait(false);
        switch (packet)
        {
            case MqttConnAckPacket answer:
                Answer = answer;
                break;
            case MqttDisconnectPacket farewell:
                Farewell = farewell;
                break;
            case MqttAuthPacket:
                AsksForMore = true;
                break;
        }

        return packet;
    }

    /// <inheritdoc/>
    public void ResetStatistics() => inner.ResetStatistics();

    /// <inheritdoc/>
    public Task SendPacketAsync(MqttPacket packet, CancellationToken cancellationToken)
    {
        HasSent = true;
        return inner.SendPacketAsync(packet, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();

    /// <summary>Makes one for each connection.</summary>
    /// <param name="open">Opens the line.</param>
    /// <param name="mostBytes">The longest packet that is taken.</param>
    public sealed class Factory(Func<CancellationToken, Task<Stream>> open, int mostBytes) : IMqttClientAdapterFactory
    {
        /// <summary>The newest; null after <see cref="Forget"/>.</summary>
        public BrokerAdapter? Newest { get; private set; }

        /// <summary>Forgets the newest.</summary>
        public void Forget() => Newest = null;

        /// <inheritdoc/>
        public IMqttChannelAdapter CreateClientAdapter(MqttClientOptions options, MqttPacketInspector packetInspector, IMqttNetLogger logger)
        {
            ArgumentNullException.ThrowIfNull(options);
            var formatter = new MqttPacketFormatterAdapter(options.ProtocolVersion, new MqttBufferWriter(options.WriterBufferSize, options.WriterBufferSizeMax));
            var channel = new BrokerChannel(open, mostBytes);
            return Newest = new BrokerAdapter(new MqttChannelAdapter(channel, formatter, logger) { AllowPacketFragmentation = options.AllowPacketFragmentation, PacketInspector = packetInspector });
        }
    }
}
