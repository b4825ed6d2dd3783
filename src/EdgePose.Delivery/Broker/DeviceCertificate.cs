using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgePose.Delivery.Broker;

/// <summary>This device's own certificate and key, which a broker with mutual TLS asks for.</summary>
public static class DeviceCertificate
{
    /// <summary>Reads a pair.</summary>
    /// <param name="certificateFile">The certificate (PEM).</param>
    /// <param name="keyFile">Its private key (PEM).</param>
    /// <exception cref="CryptographicException">One of them is not what it should be, or they do not belong together; one line.</exception>
    /// <exception cref="IOException">One cannot be read.</exception>
    public static X509Certificate2 Load(string certificateFile, string keyFile)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        }
        catch (ArgumentException exception)
        {
            throw new CryptographicException("the key does not belong to the certificate", exception);
        }
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
