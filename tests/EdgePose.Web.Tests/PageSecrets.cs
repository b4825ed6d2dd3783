using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgePose.Web.Tests;

/// <summary>A token, and a certificate of 127.0.0.1 with its key, in files of mode 0600.</summary>
internal sealed class PageSecrets : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("edgepose-page-");

    public PageSecrets(string token)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        Token = Write("token", token + "\n");
        Certificate = Write("page.pem", certificate.ExportCertificatePem());
        Key = Write("page.key", key.ExportPkcs8PrivateKeyPem());
    }

    public string Token { get; }

    public string Certificate { get; }

    public string Key { get; }

    public void Dispose() => folder.Delete(recursive: true);

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }
}
