using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>mosquitto in a process of its own on a free port of the loopback interface: what it allocates is not the daemon's.</summary>
internal sealed class BrokerProcess : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-broker-").FullName;
    private readonly Process process;

    public BrokerProcess()
    {
        var port = FreePort();
        var configuration = Path.Combine(folder, "mosquitto.conf");
        File.WriteAllText(configuration, $"listener {port} 127.0.0.1\nuser root\npersistence false\nallow_anonymous true\n");
        process = Process.Start(new ProcessStartInfo("/usr/sbin/mosquitto", ["-c", configuration]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Address = $"mqtt://127.0.0.1:{port}";
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var probe = new TcpClient();
                probe.Connect(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (attempt < 200)
            {
                Thread.Sleep(50);
            }
        }
    }

    public string Address { get; }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
