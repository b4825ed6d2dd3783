using System.Buffers;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Channel;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Implementations;

namespace EdgePose.Delivery.Broker;

/// <summary>MQTTnet's way to the broker (TCP, TLS or WebSocket), with a limit to what comes back: this client subscribes to nothing, so a broker only ever answers.</summary>
internal sealed class BrokerChannel(IMqttChannel inner) : IMqttChannel
{
    /// <summary>The longest packet that is taken: an answer with the longest reason, 65,535 bytes (MQTT 5, 1.5.4), and its other properties fits. CONNECT states it to brokers of MQTT
    /// 5.</summary>
    public const int MostBytes = 128 * 1024;

    private readonly PacketLimit limit = new(MostBytes);

    /// <inheritdoc/>
    public X509Certificate2 ClientCertificate => inner.ClientCertificate;

    /// <inheritdoc/>
    public EndPoint RemoteEndPoint => inner.RemoteEndPoint;

    /// <inheritdoc/>
    public EndPoint LocalEndPoint => inner.LocalEndPoint;

    /// <inheritdoc/>
    public bool IsSecureConnection => inner.IsSecureConnection;

    /// <inheritdoc/>
    public Task ConnectAsync(CancellationToken cancellationToken) => inner.ConnectAsync(cancellationToken);

    /// <inheritdoc/>
    public Task DisconnectAsync(CancellationToken cancellationToken) => inner.DisconnectAsync(cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="MQTTnet.Exceptions.MqttProtocolViolationException">The broker announces a packet that is too long.</exception>
    public async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        var read = await inner.ReadAsync(buffer, offset, count, cancellationToken).ConfigureAwait(false);
        limit.Take(buffer.AsSpan(offset, read));
        return read;
    }

    /// <inheritdoc/>
    public Task WriteAsync(ReadOnlySequence<byte> buffer, bool isEndOfPacket, CancellationToken cancellationToken) => inner.WriteAsync(buffer, isEndOfPacket, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();

    /// <summary>Makes one for each connection, as MQTTnet's own MqttClientAdapterFactory makes its channels.</summary>
    public sealed class Factory : IMqttClientAdapterFactory
    {
        /// <inheritdoc/>
        public IMqttChannelAdapter CreateClientAdapter(MqttClientOptions options, MqttPacketInspector packetInspector, IMqttNetLogger logger)
        {
            ArgumentNullException.ThrowIfNull(options);
            IMqttChannel channel = options.ChannelOptions is MqttClientWebSocketOptions webSocket ? new MqttWebSocketChannel(webSocket) : new MqttTcpChannel(options);
            var formatter = new MqttPacketFormatterAdapter(options.ProtocolVersion, new MqttBufferWriter(options.WriterBufferSize, options.WriterBufferSizeMax));
            return new MqttChannelAdapter(new BrokerChannel(channel), formatter, logger) { AllowPacketFragmentation = options.AllowPacketFragmentation, PacketInspector = packetInspector };
        }
    }
}
