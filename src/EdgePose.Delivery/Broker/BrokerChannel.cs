using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Channel;
using MQTTnet.Exceptions;

namespace EdgePose.Delivery.Broker;

/// <summary>MQTTnet's way to the broker over a <see cref="BrokerLine"/>, with a limit to what one packet may be.</summary>
/// <param name="open">Opens the line.</param>
/// <param name="mostBytes">The longest packet that is taken.</param>
internal sealed class BrokerChannel(Func<CancellationToken, Task<Stream>> open, int mostBytes) : IMqttChannel
{
    /// <summary>The longest answer to a client that subscribes to nothing: one with the longest reason, 65,535 bytes (MQTT 5, 1.5.4), and its other properties fits. CONNECT states it to
    /// brokers of MQTT 5.</summary>
    public const int MostAnswerBytes = 128 * 1024;

    private readonly PacketLimit limit = new(mostBytes);
    private Stream? line;

    /// <inheritdoc/>
    public X509Certificate2? ClientCertificate => null;

    /// <inheritdoc/>
    public EndPoint? RemoteEndPoint => null;

    /// <inheritdoc/>
    public EndPoint? LocalEndPoint => null;

    /// <inheritdoc/>
    public bool IsSecureConnection => false;

    /// <inheritdoc/>
    public async Task ConnectAsync(CancellationToken cancellationToken) => line = await open(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task DisconnectAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    /// <exception cref="MqttProtocolViolationException">The broker announces a packet that is too long.</exception>
    public async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        if (line is not { } open)
        {
            return 0;
        }

        try
        {
            var read = await open.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).ConfigureAwait(false);
            limit.Take(buffer.AsSpan(offset, read));
            return read;
        }
        catch (ObjectDisposedException)
        {
            return 0; // closed on this side meanwhile
        }
        catch (IOException exception) when (exception.InnerException is SocketException)
        {
            ExceptionDispatchInfo.Throw(exception.InnerException);
            return 0;
        }
    }

    /// <inheritdoc/>
    public async Task WriteAsync(ReadOnlySequence<byte> buffer, bool isEndOfPacket, CancellationToken cancellationToken)
    {
        try
        {
            var open = line ?? throw new MqttCommunicationException("the connection is closed");
            foreach (var segment in buffer)
            {
                await open.WriteAsync(segment, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ObjectDisposedException exception)
        {
            throw new MqttCommunicationException("the connection is closed", exception);
        }
        catch (IOException exception) when (exception.InnerException is SocketException)
        {
            ExceptionDispatchInfo.Throw(exception.InnerException);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref line, null)?.Dispose();
}
