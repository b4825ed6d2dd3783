using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgePose.Delivery.Broker;

/// <summary>This device's own certificate and key, which a broker with mutual TLS asks for.</summary>
public static class DeviceCertificate
{
    private const string Ed25519 = "1.3.101.112"; // RFC 8410, 3
    private const string Ed448 = "1.3.101.113"; // RFC 8410, 3
    private const string EncryptedKey = "BEGIN ENCRYPTED PRIVATE KEY"; // RFC 7468, 11

    /// <summary>Reads a pair.</summary>
    /// <param name="certificateFile">The certificate (PEM).</param>
    /// <param name="keyFile">Its private key (PEM).</param>
    /// <exception cref="CryptographicException">One of them is not what it should be, or they do not belong together; one line.</exception>
    /// <exception cref="IOException">One cannot be read.</exception>
    public static X509Certificate2 Load(string certificateFile, string keyFile)
    {
        if (File.ReadAllText(keyFile).Contains(EncryptedKey, StringComparison.Ordinal))
        {
            throw new CryptographicException("the key has a passphrase");
        }

        using (var certificate = X509CertificateLoader.LoadCertificateFromFile(certificateFile))
        {
            if (certificate.GetKeyAlgorithm() is Ed25519 or Ed448)
            {
                throw new CryptographicException("the key is an Ed25519 or Ed448 key, which TLS of .NET does not take: make an RSA or ECDSA key");
            }
        }

        try
        {
            return X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        }
        catch (ArgumentException exception)
        {
            throw new CryptographicException("the key does not belong to the certificate", exception);
        }
    }

    /// <summary>Reads a pair with the certificates behind the first in the file, to be sent along: a broker that knows the root alone needs the intermediates.</summary>
    /// <param name="certificateFile">The certificate, then those of its issuers (PEM).</param>
    /// <param name="keyFile">The private key of the first (PEM).</param>
    /// <exception cref="CryptographicException">One of them is not what it should be, or they do not belong together; one line.</exception>
    /// <exception cref="IOException">One cannot be read.</exception>
    public static SslStreamCertificateContext LoadChain(string certificateFile, string keyFile)
    {
        var issuers = new X509Certificate2Collection();
        issuers.ImportFromPemFile(certificateFile);
        return SslStreamCertificateContext.Create(Load(certificateFile, keyFile), issuers, offline: true);
    }

    /// <summary>What an operator should know of the pair of a section at <paramref name="now"/>; null when all is well or there is none.</summary>
    public static string? Warning(MqttConfig config, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config is not { CertificateFile: { } file, KeyFile: { } key })
        {
            return null;
        }

        using var certificate = Load(file, key);
        return Warning(certificate, now);
    }

    /// <summary>What an operator should know of the pair at <paramref name="now"/>: expired, or about to; null when all is well.</summary>
    public static string? Warning(X509Certificate2 certificate, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var (from, until) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        return now > until ? string.Create(CultureInfo.InvariantCulture, $"expired on {until:yyyy-MM-dd}; renew certificateFile and keyFile")
            : now < from ? string.Create(CultureInfo.InvariantCulture, $"is not valid before {from:yyyy-MM-dd}; check this device's clock")
            : now > until - TimeSpan.FromDays(14) ? string.Create(CultureInfo.InvariantCulture, $"expires on {until:yyyy-MM-dd}; renew certificateFile and keyFile")
            : null;
    }
}
