using System.Net;

namespace EdgePose.Delivery.Broker;

/// <summary>The address of a broker, taken apart.</summary>
/// <param name="Uri">All of it.</param>
/// <param name="Host">The host's name or IP address, without brackets and zone: the name that the broker's certificate is for.</param>
/// <param name="Port">The port; 1883 or 8883 where the address has none.</param>
/// <param name="Zone">The network interface of a link-local IPv6 address (RFC 6874), by name or number; null for none.</param>
public sealed record BrokerAddress(Uri Uri, string Host, int Port, string? Zone)
{
    private const int PlainPort = 1883; // registered by IANA as mqtt
    private const int TlsPort = 8883; // registered by IANA as secure-mqtt
    private const string EscapedPercent = "%25"; // RFC 6874, 2: a zone is set off by a percent sign, which is escaped in a URI; many people do not escape it

    /// <summary>Whether MQTT travels in a WebSocket.</summary>
    public bool IsWebSocket => Uri.Scheme is "ws" or "wss";

    /// <summary>Whether the connection has TLS.</summary>
    public bool IsEncrypted => Uri.Scheme is "mqtts" or "wss";

    /// <summary>Takes <paramref name="address"/> apart.</summary>
    /// <exception cref="UriFormatException">It is none.</exception>
    public static BrokerAddress Of(string address)
    {
        var uri = new Uri(address);
        if (uri.Scheme is not ("mqtt" or "mqtts" or "ws" or "wss"))
        {
            throw new UriFormatException($"{uri.Scheme}:// is not the address of a broker");
        }

        var (host, zone) = (uri.IdnHost, (string?)null);
        if (uri.HostNameType == UriHostNameType.IPv6 && host.IndexOf('%', StringComparison.Ordinal) is >= 0 and var percent)
        {
            var after = host[percent..];
            zone = after.StartsWith(EscapedPercent, StringComparison.Ordinal) && after.Length > EscapedPercent.Length ? after[EscapedPercent.Length..] : after[1..];
            host = host[..percent];
        }

        var isEncrypted = uri.Scheme is "mqtts" or "wss";
        return new BrokerAddress(uri, host.Trim('[', ']'), uri.Port >= 0 ? uri.Port : isEncrypted ? TlsPort : PlainPort, zone);
    }

    /// <summary>Where to connect to.</summary>
    /// <exception cref="NoSuchZoneException">This machine has no network interface of the zone's name.</exception>
    public EndPoint EndPoint()
    {
        if (!IPAddress.TryParse(Zone is null ? Host : $"{Host}%{Zone}", out var literal))
        {
            return new DnsEndPoint(Host, Port);
        }

        return Zone is not null && literal.ScopeId == 0 ? throw new NoSuchZoneException(Zone) : new IPEndPoint(literal, Port);
    }

    /// <summary>An address as the log may show it: without a query, where some brokers take secrets.</summary>
    public static string Shown(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
        {
            return address;
        }

        var shown = uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return uri.HostNameType == UriHostNameType.IPv6 && Of(address) is { Zone: { } zone, Host: var host } ? shown.Replace($"[{host}]", $"[{host}%{zone}]", StringComparison.Ordinal) : shown;
    }
}

/// <summary>The address names a network interface that this machine does not have.</summary>
/// <param name="zone">Its name or number.</param>
public sealed class NoSuchZoneException(string zone) : Exception($"this machine has no network interface {zone}; write the interface that leads to the broker behind the % of the address");
