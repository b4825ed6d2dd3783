using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EdgePose.Testing;

/// <summary>A real mosquitto on a free port, with a folder of its own, that a test may kill and start again.</summary>
internal sealed class Mosquitto : IDisposable
{
    // In memory: a broker that keeps everything writes all it holds after every change, which outlives its kill there too and does not measure this machine's disk.
    private readonly string folder = Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"edgepose-mosquitto-{Guid.NewGuid():N}")).FullName;
    private readonly string configuration;
    private Process? process;

    private readonly string scheme;
    private readonly string host;
    private readonly NetworkNamespace? inside;

    /// <param name="user">Who may connect; null lets everybody.</param>
    /// <param name="password">With which password.</param>
    /// <param name="tls">Its certificate and key; null speaks without TLS.</param>
    /// <param name="clientAuthority">The authority whose clients alone are let in; null asks for no certificate.</param>
    /// <param name="keeps">Whether what it has acknowledged survives its kill. Its stock persistence loses that: it must save after every change.</param>
    /// <param name="more">More lines of its configuration.</param>
    /// <param name="inside">The network that it runs in; null for this one.</param>
    public Mosquitto(
        string? user = null, string? password = null, (string Certificate, string Key)? tls = null, string? clientAuthority = null, bool keeps = false, string more = "", NetworkNamespace? inside = null)
    {
        Port = FreePort();
        this.inside = inside;
        host = inside?.InnerAddress ?? "127.0.0.1";
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
        // Everything is passed on at once (twenty at a time is the default): it writes all that waits after every change, and what waits for the subscriber would slow it down more and more.
        var persistence = keeps
            ? $"persistence true\npersistence_location {folder}/\nautosave_on_changes true\nautosave_interval 1\nmax_queued_messages 0\nmax_inflight_messages 0" : "persistence false";
        File.WriteAllText(configuration, $"listener {Port} {host}\nuser root\nlog_dest none\n{persistence}\n{access}\n{encryption}{more}\n");
        Start();
    }

    public int Port { get; }

    public string Address => $"{scheme}://{host}:{Port}";

    public void Start()
    {
        var (file, arguments) = inside?.Inside("/usr/sbin/mosquitto", "-c", configuration) ?? ("/usr/sbin/mosquitto", ["-c", configuration]);
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        process = Process.Start(start)!;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var probe = new TcpClient();
                probe.Connect(IPAddress.Parse(host), Port);
                return;
            }
            catch (SocketException) when (attempt < 100)
            {
                Thread.Sleep(50);
            }
        }
    }

    /// <summary>Its process, for signals.</summary>
    public int Id => process!.Id;

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
