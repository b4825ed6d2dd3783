using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;
using EdgePose.Configuration.Reading;

namespace EdgePose.Daemon.Settings;

/// <summary>The operator's page, which also answers scrapes of metrics and probes of health.</summary>
public sealed record PageConfig
{
    /// <summary>The default of <see cref="Port"/>: no service that the registry of IANA lists on a device of ours has it.</summary>
    public const int DefaultPort = 8650;

    /// <summary>Whether the page is served.</summary>
    [Description("Serve the operator's page, /metrics, /healthz and /readyz.")]
    public bool Enabled { get; init; } = true;

    /// <summary>The IP address that is listened on.</summary>
    [Description("IP address to listen on. The default is reachable from this device alone. Any other address needs tokenFile, certificateFile and keyFile.")]
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The TCP port; 0 takes a free one, which the log names.</summary>
    [Description("TCP port. 0 takes a free one, which the log names.")]
    [Range(0, 65535)]
    public int Port { get; init; } = DefaultPort;

    /// <summary>A file of mode 0600 that holds the token, or null.</summary>
    [Description("File with the token that browsers and scrapers present, mode 0600. At least 16 characters.")]
    [DataType(TextKind.SecretFile)]
    public string? TokenFile { get; init; }

    /// <summary>The page's certificate (PEM), for TLS.</summary>
    [Description("Certificate of the page (PEM), for TLS.")]
    [DataType(TextKind.File)]
    public string? CertificateFile { get; init; }

    /// <summary>The private key of <see cref="CertificateFile"/> (PEM, mode 0600).</summary>
    [Description("Private key of certificateFile (PEM, mode 0600).")]
    [DataType(TextKind.SecretFile)]
    public string? KeyFile { get; init; }

    /// <summary>Whether pictures are shown; null shows them on loopback alone.</summary>
    [Description("Show pictures under the skeletons. By default only on loopback: beyond it, skeletons alone leave the device.")]
    public bool? Pictures { get; init; }

    /// <summary>The most pictures or skeletons a second from each camera.</summary>
    [Description("Most pictures or skeletons per second from each camera, while somebody looks.")]
    [Range(0.1, 30.0)]
    public double MaxRateHertz { get; init; } = 10;

    /// <summary>The parsed address; null when it is none.</summary>
    internal IPAddress? ParsedAddress => Address == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(Address, out var parsed) ? parsed : null;

    /// <summary>Whether only this device reaches the page.</summary>
    public bool IsLoopback => ParsedAddress is { } address && IPAddress.IsLoopback(address);

    /// <summary>Whether pictures are shown.</summary>
    public bool ShowsPictures => Pictures ?? IsLoopback;
}
