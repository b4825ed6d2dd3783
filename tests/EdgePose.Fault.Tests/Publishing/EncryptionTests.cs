using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using EdgePose.Delivery.Broker;

namespace EdgePose.Fault.Tests.Publishing;

/// <summary>TLS, mutual TLS and WebSocket on a real mosquitto, with certificates made on the spot.</summary>
public sealed class EncryptionTests : IDisposable
{
    private readonly Authority authority = new("Test Authority");

    public void Dispose() => authority.Dispose();

    [Theory]
    [InlineData("mqtts", MqttVersion.V5)]
    [InlineData("mqtts", MqttVersion.V311)]
    [InlineData("ws", MqttVersion.V5)]
    [InlineData("ws", MqttVersion.V311)]
    [InlineData("wss", MqttVersion.V5)]
    [InlineData("wss", MqttVersion.V311)]
    public async Task Events_arrive_over_every_transport_and_version(string scheme, MqttVersion version)
    {
        var certificate = authority.Server("127.0.0.1");
        using var broker = new Mosquitto(tls: scheme == "mqtts" ? certificate : null);
        using var gate = scheme == "mqtts" ? null : new WebSocketGate(broker.Port, scheme == "wss" ? certificate : null);
        var config = new MqttConfig { Address = gate?.Address ?? broker.Address, Version = version, CaFile = scheme == "ws" ? null : authority.File };
        Assert.StartsWith(scheme + "://", config.Address, StringComparison.Ordinal);
        await using var ledger = await Ledger.OpenAsync(config);
        await using var rig = new PublisherRig(config);
        for (var i = 0; i < 100; i++)
        {
            rig.Post(i);
        }

        Assert.True(await rig.Until(() => ledger.Payloads.Count >= 100), rig.Log.Text);
    }

    [Theory]
    [InlineData("mqtts")]
    [InlineData("wss")]
    public async Task A_broker_of_an_unknown_authority_is_refused(string scheme)
    {
        using var stranger = new Authority("Stranger");
        using var broker = new Broker(scheme, stranger.Server("127.0.0.1"));
        Assert.Contains("not signed by an authority of caFile, but by CN=Stranger", await RefusalOf(broker.Config with { CaFile = authority.File }), StringComparison.Ordinal);
        Assert.Contains("set caFile", await RefusalOf(broker.Config), StringComparison.Ordinal); // the system knows neither
    }

    [Theory]
    [InlineData("mqtts")]
    [InlineData("wss")]
    public async Task A_broker_of_another_name_is_refused(string scheme)
    {
        using var broker = new Broker(scheme, authority.Server("broker.example"));
        Assert.Contains("is for broker.example, not for 127.0.0.1; write a name", await RefusalOf(broker.Config with { CaFile = authority.File }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mqtts")]
    [InlineData("wss")]
    public async Task A_broker_whose_certificate_has_expired_is_refused(string scheme)
    {
        using var broker = new Broker(scheme, authority.Server("127.0.0.1", validDays: -2));
        Assert.Contains("expired on", await RefusalOf(broker.Config with { CaFile = authority.File }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_devices_certificate_is_none_for_a_broker()
    {
        using var broker = new Broker("mqtts", authority.Device());
        Assert.Contains("give the broker a certificate for TLS servers", await RefusalOf(broker.Config with { CaFile = authority.File }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MqttVersion.V5)]
    [InlineData(MqttVersion.V311)]
    public async Task Mutual_tls_lets_a_device_in_by_its_certificate_alone(MqttVersion version)
    {
        using var stranger = new Authority("Stranger");
        using var broker = new Mosquitto(tls: authority.Server("127.0.0.1"), clientAuthority: authority.File);
        var (certificate, key) = authority.Device();
        var (strangers, strangersKey) = stranger.Device();
        var (expired, expiredKey) = authority.Device(validDays: -2);
        var config = new MqttConfig { Address = broker.Address, Version = version, CaFile = authority.File };
        Assert.Contains("certificateFile", await RefusalOf(config), StringComparison.Ordinal);
        Assert.Contains("certificateFile", await RefusalOf(config with { CertificateFile = strangers, KeyFile = strangersKey }), StringComparison.Ordinal);
        await using (var late = new PublisherRig(config with { CertificateFile = expired, KeyFile = expiredKey }))
        {
            Assert.True(await late.Until(() => late.Publisher.Status.LastFault.Length > 0), late.Log.Text);
            Assert.Contains("renew certificateFile and keyFile", late.Log.Text, StringComparison.Ordinal);
        }

        await using var rig = new PublisherRig(config with { CertificateFile = certificate, KeyFile = key });
        rig.Post(1);
        Assert.True(await rig.Until(() => rig.Publisher.Status.EventsSent == 1), rig.Log.Text);
        Assert.DoesNotContain("renew", rig.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mqtts")]
    [InlineData("wss")]
    public async Task Intermediate_certificates_are_sent_to_a_broker_that_knows_the_root_alone(string scheme)
    {
        using var intermediate = new Authority("Intermediate", authority);
        var (certificate, key) = intermediate.Device();
        var server = authority.Server("127.0.0.1");
        using var broker = new Mosquitto(tls: scheme == "mqtts" ? server : null, clientAuthority: scheme == "mqtts" ? authority.File : null);
        using var gate = scheme == "mqtts" ? null : new WebSocketGate(broker.Port, server, clientRoot: authority.File);
        var config = new MqttConfig { Address = gate?.Address ?? broker.Address, CaFile = authority.File, CertificateFile = certificate, KeyFile = key };
        await using var rig = new PublisherRig(config);
        rig.Post(1);
        Assert.True(await rig.Until(() => rig.Publisher.Status.EventsSent == 1), rig.Log.Text);
        var alone = Path.GetTempFileName();
        await File.WriteAllTextAsync(alone, (await File.ReadAllTextAsync(certificate, TestContext.Current.CancellationToken)).Split("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n", TestContext.Current.CancellationToken);
        Assert.NotEmpty(await RefusalOf(config with { CertificateFile = alone }));
        File.Delete(alone);
    }

    [Fact]
    public async Task An_intermediate_authority_in_caFile_is_trusted_and_another_one_is_not()
    {
        using var intermediate = new Authority("Intermediate", authority);
        using var other = new Authority("Other", authority);
        using var broker = new Broker("mqtts", intermediate.Server("127.0.0.1"));
        await using var rig = new PublisherRig(broker.Config with { CaFile = intermediate.File });
        Assert.True(await rig.Until(() => rig.Publisher.Status.IsConnected), rig.Log.Text);
        Assert.Contains("by CN=Test Authority", await RefusalOf(broker.Config with { CaFile = other.File }), StringComparison.Ordinal); // what lacks, and not what lies there
    }

    [Fact]
    public async Task The_protocol_name_is_asked_for_and_a_link_local_zone_is_dialled()
    {
        var asked = new TaskCompletionSource<string>();
        var (certificate, key) = authority.Server("::1");
        using var listener = new TcpListener(IPAddress.IPv6Loopback, 0);
        listener.Start();
        var serving = ServeAsync();
        await using var rig = new PublisherRig(new MqttConfig { Address = $"mqtts://[::1%25lo]:{((IPEndPoint)listener.LocalEndpoint).Port}", CaFile = authority.File, Alpn = "x-amzn-mqtt-ca" });
        Assert.Equal("x-amzn-mqtt-ca", await asked.Task.WaitAsync(TimeSpan.FromSeconds(Patience.Seconds), TestContext.Current.CancellationToken));
        await serving;

        async Task ServeAsync()
        {
            using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            using var own = X509Certificate2.CreateFromPemFile(certificate, key);
            await using var encrypted = new SslStream(client.GetStream());
            await encrypted.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = own, ApplicationProtocols = [new SslApplicationProtocol("x-amzn-mqtt-ca")] }, TestContext.Current.CancellationToken);
            asked.SetResult(encrypted.NegotiatedApplicationProtocol.ToString());
        }
    }

    [Fact]
    public async Task Tls_to_a_port_without_and_the_other_way_round_are_told_so()
    {
        using var plain = new Mosquitto();
        using var encrypted = new Mosquitto(tls: authority.Server("127.0.0.1"));
        Assert.Contains("TLS port", await RefusalOf(new MqttConfig { Address = plain.Address.Replace("mqtt:", "mqtts:", StringComparison.Ordinal), CaFile = authority.File }), StringComparison.Ordinal);
        Assert.Contains("mqtts://", await RefusalOf(new MqttConfig { Address = encrypted.Address.Replace("mqtts:", "mqtt:", StringComparison.Ordinal) }), StringComparison.Ordinal);
    }

    /// <summary>What the publisher says; it must go on trying, take events, and log one line that tells the next try.</summary>
    private static async Task<string> RefusalOf(MqttConfig config)
    {
        await using var rig = new PublisherRig(config);
        rig.Post(1);
        Assert.True(await rig.Until(() => rig.Publisher.Status.LastFault.Length > 0 && rig.Log.Text.Length > 0), rig.Log.Text);
        Assert.True(rig.IsAlive);
        Assert.False(rig.Publisher.Status.IsConnected);
        Assert.Equal(1, rig.Publisher.Status.EventsWaiting);
        var line = Assert.Single(rig.Log.Text.Split('\n'));
        Assert.Matches("next try in [01]\\.[0-9] s", line);
        return rig.Publisher.Status.LastFault;
    }

    /// <summary>A mosquitto with TLS, directly or behind a WebSocket.</summary>
    private sealed class Broker : IDisposable
    {
        private readonly Mosquitto mosquitto;
        private readonly WebSocketGate? gate;

        public Broker(string scheme, (string Certificate, string Key) tls)
        {
            mosquitto = new Mosquitto(tls: scheme == "wss" ? null : tls);
            gate = scheme == "wss" ? new WebSocketGate(mosquitto.Port, tls) : null;
            Config = new MqttConfig { Address = gate?.Address ?? mosquitto.Address };
        }

        public MqttConfig Config { get; }

        public void Dispose()
        {
            gate?.Dispose();
            mosquitto.Dispose();
        }
    }
}
