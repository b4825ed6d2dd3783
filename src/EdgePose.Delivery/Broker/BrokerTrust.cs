using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgePose.Delivery.Broker;

/// <summary>The broker's certificate is not to be trusted.</summary>
/// <param name="reason">Why, and what to do; one line.</param>
public sealed class BrokerUntrustedException(string reason) : AuthenticationException(reason);

/// <summary>
/// Decides whether the broker's certificate is to be trusted: by the authorities of <c>caFile</c> alone where it is set, else by the system's. An own
/// check, because MQTTnet's <c>WithTrustChain</c> does not reach WebSocket connections, and because a refusal must say which of its reasons it has.
/// </summary>
public sealed class BrokerTrust(X509Certificate2Collection? authorities, string host, TimeProvider time)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1"; // id-kp-serverAuth, RFC 5280 section 4.2.1.12

    /// <summary>Reads the authorities of <paramref name="caFile"/>; null takes the system's.</summary>
    /// <exception cref="CryptographicException">The file holds no certificate.</exception>
    public static X509Certificate2Collection? Authorities(string? caFile)
    {
        if (caFile is null)
        {
            return null;
        }

        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(caFile);
        return authorities.Count > 0 ? authorities : throw new CryptographicException($"{caFile} holds no certificate in PEM form");
    }

    /// <summary>Looks at what the broker presents.</summary>
    /// <param name="shown">Its certificate.</param>
    /// <param name="presented">The chain that TLS has found to it.</param>
    /// <param name="errors">What TLS has found wrong.</param>
    /// <exception cref="BrokerUntrustedException">It is not to be trusted: an exception carries the reason out through the TLS stack, a false would not.</exception>
    public bool Accept(X509Certificate? shown, X509Chain? presented, SslPolicyErrors errors)
    {
        if (shown is null)
        {
            throw new BrokerUntrustedException("the broker shows no certificate; check that the port is its TLS port");
        }

        using var certificate = X509CertificateLoader.LoadCertificate(shown.GetRawCertData());
        var fault = FaultOfChain(certificate, presented, errors) ?? FaultOfName(certificate, errors);
        return fault is null ? true : throw new BrokerUntrustedException(fault);
    }

    private string? FaultOfChain(X509Certificate2 certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (authorities is null)
        {
            return errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) ? Describe(certificate, presented) : null;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // a private authority seldom publishes lists, and a device seldom reaches them
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.ChainPolicy.VerificationTime = time.GetLocalNow().DateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        foreach (var element in presented?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate); // the intermediates that the broker sent along
        }

        return chain.Build(certificate) || EndsAtAuthority(chain) ? null : Describe(certificate, chain);
    }

    /// <summary>
    /// Whether all that is wrong is that the chain ends below a root, at a certificate of caFile: who names an intermediate authority there trusts it. OpenSSL calls that a partial chain
    /// (X509_V_FLAG_PARTIAL_CHAIN); the signatures up to it are checked all the same.
    /// </summary>
    private bool EndsAtAuthority(X509Chain chain) =>
        StatusOf(chain) == X509ChainStatusFlags.PartialChain && chain.ChainElements is [.., { Certificate: var last }] && authorities!.Any(authority => authority.RawDataMemory.Span.SequenceEqual(last.RawDataMemory.Span));

    private static X509ChainStatusFlags StatusOf(X509Chain? chain) => (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (sum, status) => sum | status.Status);

    private string Describe(X509Certificate2 certificate, X509Chain? chain)
    {
        var all = StatusOf(chain);
        var issuer = chain?.ChainElements is [.., { Certificate: var top }] ? top.Issuer : certificate.Issuer; // of the highest that is known: what lacks is its issuer
        if (all.HasFlag(X509ChainStatusFlags.NotTimeValid) && Validity(certificate) is { } validity)
        {
            return $"the broker's certificate {validity}; renew it, or set this device's clock";
        }

        if ((all & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
        {
            return authorities is null
                ? $"the broker's certificate is signed by nobody whom this device trusts ({issuer}); set caFile to the certificate of its authority"
                : $"the broker's certificate is not signed by an authority of caFile, but by {issuer}; check caFile, and that this is the right broker";
        }

        return $"the broker's certificate is not valid ({all}); give the broker a certificate for TLS servers";
    }

    private string? Validity(X509Certificate2 certificate)
    {
        var now = time.GetUtcNow();
        return now > certificate.NotAfter.ToUniversalTime() ? string.Create(CultureInfo.InvariantCulture, $"expired on {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}")
            : now < certificate.NotBefore.ToUniversalTime() ? string.Create(CultureInfo.InvariantCulture, $"is not valid before {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd}")
            : null;
    }

    private string? FaultOfName(X509Certificate2 certificate, SslPolicyErrors errors) => errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
        ? $"the broker's certificate is for {string.Join(", ", NamesOf(certificate))}, not for {host}; write a name in the address that the certificate is for, or renew the certificate"
        : null;

    private static IEnumerable<string> NamesOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => address.ToString()))).ToArray();
        return names.Length > 0 ? names : [certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)];
    }
}
