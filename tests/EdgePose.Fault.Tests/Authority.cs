using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgePose.Fault.Tests;

/// <summary>A certificate authority of a test's own, and the PEM files that it signs.</summary>
internal sealed class Authority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-authority-").FullName;
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 root; // its own certificate: of a root, or of an intermediate authority
    private readonly string chain; // what is laid behind the certificates that it signs
    private int issued;

    /// <param name="name">Its name.</param>
    /// <param name="above">The authority that signs its certificate; null for a root.</param>
    public Authority(string name, Authority? above = null)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        var (from, until) = (DateTimeOffset.UtcNow.AddYears(-3), DateTimeOffset.UtcNow.AddYears(1));
        root = above is null ? request.CreateSelfSigned(from, until) : request.Create(above.root, from.AddDays(1), until.AddDays(-1), [42]).CopyWithPrivateKey(key);
        chain = above is null ? string.Empty : root.ExportCertificatePem() + "\n" + above.chain;
        File = Path.Combine(folder, "ca.pem");
        System.IO.File.WriteAllText(File, root.ExportCertificatePem());
    }

    /// <summary>Its own certificate.</summary>
    public string File { get; }

    /// <summary>A broker's certificate for a name or an IP address, and its key.</summary>
    public (string Certificate, string Key) Server(string name, int validDays = 30)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        return Issue(name, ServerAuthentication, names.Build(), validDays);
    }

    /// <summary>A device's certificate and its key.</summary>
    public (string Certificate, string Key) Device(int validDays = 30) => Issue("device", ClientAuthentication, null, validDays);

    public void Dispose()
    {
        key.Dispose();
        root.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private (string Certificate, string Key) Issue(string name, string usage, X509Extension? names, int validDays)
    {
        using var ownKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", ownKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        if (names is not null)
        {
            request.CertificateExtensions.Add(names);
        }

        using var certificate = request.Create(root, DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddDays(validDays), BitConverter.GetBytes(++issued));
        var (certificateFile, keyFile) = (Path.Combine(folder, $"{issued}.pem"), Path.Combine(folder, $"{issued}.key"));
        System.IO.File.WriteAllText(certificateFile, certificate.ExportCertificatePem() + "\n" + chain);
        System.IO.File.WriteAllText(keyFile, ownKey.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return (certificateFile, keyFile);
    }
}
