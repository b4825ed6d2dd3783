using EdgePose.Daemon.Settings;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Overload;
using EdgePose.Delivery.Broker;

namespace EdgePose.Daemon.Tests.Configuration;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class BrokerConfigTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-broker-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("mqtt://broker")]
    [InlineData("mqtts://broker.example:8883")]
    [InlineData("ws://192.0.2.1:9001/mqtt")]
    [InlineData("wss://[2001:db8::1]/mqtt?x=1")]
    public void An_address_that_can_be_dialled_is_taken(string address) => Assert.Empty(Load($"\"address\":\"{address}\""));

    [Theory]
    [InlineData("broker")]
    [InlineData("broker:1883")]
    [InlineData("tcp://broker:1883")]
    [InlineData("http://broker")]
    [InlineData("mqtt://")]
    [InlineData("mqtt://broker:99999")]
    [InlineData("mqtt://broker/topic")]
    [InlineData("")]
    public void Another_address_is_refused_with_the_forms_that_there_are(string address)
    {
        var error = Assert.Single(Load($"\"address\":\"{address}\""));
        Assert.Equal("$.mqtt.address", error.Path);
        Assert.Contains("wss://host:port/path", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_in_the_address_is_refused_and_not_repeated()
    {
        var error = Assert.Single(Load("\"address\":\"mqtt://user:hunter2@broker:1883\""));
        Assert.Equal("$.mqtt.address", error.Path);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_without_a_user_is_refused()
    {
        Write("secret", "x");
        Assert.Equal("$.mqtt.passwordFile", Assert.Single(Load("\"passwordFile\":\"secret\"")).Path);
    }

    [Fact]
    public void One_of_certificate_and_key_without_the_other_is_refused()
    {
        WritePair("device");
        Assert.Equal("$.mqtt.certificateFile", Assert.Single(Load("\"address\":\"mqtts://b\",\"certificateFile\":\"device.pem\"")).Path);
        Assert.Equal("$.mqtt.keyFile", Assert.Single(Load("\"address\":\"mqtts://b\",\"keyFile\":\"device.key\"")).Path);
    }

    [Fact]
    public void A_pair_that_does_not_belong_together_and_one_that_is_none_are_refused()
    {
        WritePair("one");
        WritePair("two");
        Write("text", "these are no certificates");
        Assert.Contains("does not belong", Assert.Single(Load("\"address\":\"mqtts://b\",\"certificateFile\":\"one.pem\",\"keyFile\":\"two.key\"")).Reason, StringComparison.Ordinal);
        Assert.Contains("PEM", Assert.Single(Load("\"address\":\"mqtts://b\",\"certificateFile\":\"text\",\"keyFile\":\"two.key\"")).Remedy, StringComparison.Ordinal);
        Assert.Contains("PEM", Assert.Single(Load("\"address\":\"mqtts://b\",\"certificateFile\":\"one.pem\",\"keyFile\":\"text\"")).Remedy, StringComparison.Ordinal);
        Assert.Empty(Load("\"address\":\"mqtts://b\",\"certificateFile\":\"one.pem\",\"keyFile\":\"one.key\""));
    }

    [Fact]
    public void A_key_that_others_can_read_is_refused()
    {
        WritePair("device");
        File.SetUnixFileMode(Path.Combine(folder, "device.key"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Equal("$.mqtt.keyFile", Assert.Single(Load("\"address\":\"mqtts://b\",\"certificateFile\":\"device.pem\",\"keyFile\":\"device.key\"")).Path);
    }

    [Fact]
    public void Keys_that_tls_does_not_take_are_named()
    {
        WritePair("device");
        Write("locked.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----\n");
        Assert.Contains("passphrase", Assert.Single(Load("\"address\":\"mqtts://b\",\"certificateFile\":\"device.pem\",\"keyFile\":\"locked.key\"")).Reason, StringComparison.Ordinal);
        if (Testing.Tool.Run("openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "9", "-subj", "/CN=d", "-keyout", Path.Combine(folder, "ed.key"), "-out", Path.Combine(folder, "ed.pem")).Code == 0)
        {
            File.SetUnixFileMode(Path.Combine(folder, "ed.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Assert.Contains("Ed25519", Assert.Single(Load("\"address\":\"mqtts://b\",\"certificateFile\":\"ed.pem\",\"keyFile\":\"ed.key\"")).Reason, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("\"address\":\"wss://b/mqtt\",\"alpn\":\"mqtt\"", "$.mqtt.alpn")]
    [InlineData("\"address\":\"mqtt://b\",\"alpn\":\"mqtt\"", "$.mqtt.alpn")]
    [InlineData("\"clientId\":\"\"", "$.mqtt.clientId")]
    [InlineData("\"clientId\":\"thing-{name}\"", "$.mqtt.clientId")]
    [InlineData("\"clientId\":\"a\\nb\"", "$.mqtt.clientId")]
    public void A_protocol_name_without_tls_and_a_client_id_that_is_none_are_refused(string mqtt, string path) => Assert.Equal(path, Assert.Single(Load(mqtt)).Path);

    [Theory]
    [InlineData("\"version\":\"auto\",\"structured\":true,\"clientId\":\"{site}-{device}\"")]
    [InlineData("\"address\":\"mqtts://b:443\",\"alpn\":\"x-amzn-mqtt-ca\"")]
    [InlineData("\"address\":\"mqtt://[fe80::1%25eth0]:1883\"")]
    public void What_brokers_in_the_cloud_and_on_the_same_link_need_is_taken(string mqtt) => Assert.Empty(Load(mqtt));

    [Fact]
    public void An_authority_that_is_none_and_files_that_would_not_be_used_are_refused()
    {
        WritePair("device");
        Write("text", "this is no certificate");
        Assert.Contains("holds no certificate", Assert.Single(Load("\"address\":\"mqtts://b\",\"caFile\":\"text\"")).Reason, StringComparison.Ordinal);
        Assert.Contains("without TLS", Assert.Single(Load("\"address\":\"ws://b\",\"caFile\":\"device.pem\"")).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, "expired on")]
    [InlineData(5, "expires on")]
    [InlineData(60, null)]
    public void A_certificate_that_has_expired_or_soon_will_is_warned_of(int validDays, string? warning)
    {
        WritePair("device", validDays);
        Assert.Empty(Load("\"address\":\"mqtts://b\",\"certificateFile\":\"device.pem\",\"keyFile\":\"device.key\"")); // no reason not to start
        using var certificate = DeviceCertificate.Load(Path.Combine(folder, "device.pem"), Path.Combine(folder, "device.key"));
        var said = DeviceCertificate.Warning(certificate, DateTimeOffset.UtcNow);
        Assert.Equal(warning is null, said is null);
        Assert.Contains(warning ?? string.Empty, said ?? string.Empty, StringComparison.Ordinal);
    }

    private IReadOnlyList<ConfigurationError> Load(string mqtt) =>
        EdgePoseConfiguration.Model.Parse(Encoding.UTF8.GetBytes("{\"network\":{\"manifest\":\"m.json\"},\"mqtt\":{" + mqtt + "}}"), Path.Combine(folder, "edgepose.json")).Errors;

    private void WritePair(string name, int validDays = 60)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-9), DateTimeOffset.UtcNow.AddDays(validDays));
        Write($"{name}.pem", certificate.ExportCertificatePem());
        Write($"{name}.key", key.ExportPkcs8PrivateKeyPem());
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
