using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EdgePose.Fault.Tests;

/// <summary>A real mosquitto on a free port, with a folder of its own, that a test may kill and start again.</summary>
internal sealed class Mosquitto : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-mosquitto").FullName;
    private readonly string configuration;
    private Process? process;

    private readonly string scheme;

    /// <param name="user">Who may connect; null lets everybody.</param>
    /// <param name="password">With which password.</param>
    /// <param name="tls">Its certificate and key; null speaks without TLS.</param>
    /// <param name="clientAuthority">The authority whose clients alone are let in; null asks for no certificate.</param>
    public Mosquitto(string? user = null, string? password = null, (string Certificate, string Key)? tls = null, string? clientAuthority = null)
    {
        Port = FreePort();
        scheme = tls is null ? "mqtt" : "mqtts";
        configuration = Path.Combine(folder, "mosquitto.conf");
        var access = "allow_anonymous true";
        if (user is not null)
        {
            var passwords = Path.Combine(folder, "passwords");
            using var tool = Process.Start("mosquitto_passwd", ["-c", "-b", passwords, user, password!]);
            tool.WaitForExit();
            access = $"allow_anonymous false\npassword_file {passwords}";
        }

        var encryption = tls is { } pair ? $"certfile {pair.Certificate}\nkeyfile {pair.Key}\n" : string.Empty;
        encryption += clientAuthority is null ? string.Empty : $"cafile {clientAuthority}\nrequire_certificate true\n";
        File.WriteAllText(configuration, $"listener {Port} 127.0.0.1\nuser root\npersistence false\n{access}\n{encryption}");
        Start();
    }

    public int Port { get; }

    public string Address => $"{scheme}://127.0.0.1:{Port}";

    public void Start()
    {
        var start = new ProcessStartInfo("/usr/sbin/mosquitto", ["-c", configuration]) { RedirectStandardError = true, RedirectStandardOutput = true };
        process = Process.Start(start)!;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var probe = new TcpClient();
                probe.Connect(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException) when (attempt < 100)
            {
                Thread.Sleep(50);
            }
        }
    }

    public void Kill()
    {
        process!.Kill();
        process.WaitForExit();
        process.Dispose();
        process = null;
    }

    public void Dispose()
    {
        if (process is not null)
        {
            Kill();
        }

        Directory.Delete(folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
