using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EdgePose.Daemon.Configuration;
using EdgePose.Daemon.Publishing;
using MQTTnet;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>The shipped program and mosquitto as processes, with a folder for their files; all of it gone at the end.</summary>
internal sealed class SoakDaemon : IDisposable
{
    private const int KeptLines = 20;

    private readonly string folder;
    private readonly Process broker;
    private readonly Process daemon;
    private readonly string brokerAddress;
    private readonly Queue<string> lines = new();
    private readonly IMqttClient subscriber = new MqttClientFactory().CreateMqttClient();

    private SoakDaemon(string folder, Process broker, string brokerAddress, Process daemon)
    {
        (this.folder, this.broker, this.brokerAddress, this.daemon) = (folder, broker, brokerAddress, daemon);
        daemon.OutputDataReceived += (_, line) => Keep(line.Data);
        daemon.ErrorDataReceived += (_, line) => Keep(line.Data);
        daemon.BeginOutputReadLine();
        daemon.BeginErrorReadLine();
    }

    public int Id => daemon.Id;

    public bool HasExited => daemon.HasExited;

    public int ExitCode => daemon.ExitCode;

    public string LastLines
    {
        get
        {
            lock (lines)
            {
                return string.Join('\n', lines);
            }
        }
    }

    public static SoakDaemon Start(string program, string manifest, string[] cameras, int maxFps)
    {
        var folder = Directory.CreateTempSubdirectory("edgepose-soak-").FullName;
        var port = FreePort();
        var mosquitto = Path.Combine(folder, "mosquitto.conf");
        File.WriteAllText(mosquitto, $"listener {port} 127.0.0.1\nuser root\npersistence false\nallow_anonymous true\n");
        var broker = Process.Start(Quiet(new ProcessStartInfo("/usr/sbin/mosquitto", ["-c", mosquitto])))!;
        broker.BeginOutputReadLine();
        broker.BeginErrorReadLine();
        var config = Path.Combine(folder, "edgepose.json");
        File.WriteAllText(config, JsonSerializer.Serialize(new
        {
            device = new { site = "soak", id = "this-machine" },
            network = new { manifest = Path.GetFullPath(manifest), inputWidthPx = BundledNetwork.WidthPx, inputHeightPx = BundledNetwork.HeightPx, providers = (string[])["cpu"] },
            mqtt = new { address = $"mqtt://127.0.0.1:{port}" },
            cameras = cameras.Select((address, number) => new { id = $"camera-{number}", address, maxFps }),
        }));
        var daemon = Process.Start(Quiet(new ProcessStartInfo(program, ["run", "--config", config])))!;
        return new SoakDaemon(folder, broker, $"mqtt://127.0.0.1:{port}", daemon);
    }

    /// <summary>Subscribes.</summary>
    /// <returns>Tells how many pose messages have come.</returns>
    public async Task<Func<long>> CountPosesAsync()
    {
        long count = 0;
        subscriber.ApplicationMessageReceivedAsync += _ =>
        {
            Interlocked.Increment(ref count);
            return Task.CompletedTask;
        };
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await subscriber.ConnectAsync(BrokerOptions.Create(new MqttConfig { Address = brokerAddress }, "soak", null, null));
                break;
            }
            catch (MQTTnet.Exceptions.MqttCommunicationException) when (attempt < 50)
            {
                await Task.Delay(100);
            }
        }

        await subscriber.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter("edgepose/v1/+/+/+/pose").Build());
        return () => Interlocked.Read(ref count);
    }

    /// <summary>The decoder children that run now.</summary>
    public IEnumerable<int> Children()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var id) && ParentOf(id) == daemon.Id)
            {
                yield return id;
            }
        }
    }

    public void Dispose()
    {
        subscriber.Dispose();
        foreach (var process in (Process[])[daemon, broker])
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }

        Directory.Delete(folder, recursive: true);
    }

    private static int ParentOf(int id)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith("PPid:", StringComparison.Ordinal));
            return int.Parse(line.AsSpan(5), System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // it has ended meanwhile
        }
    }

    private static ProcessStartInfo Quiet(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        return start;
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (lines)
            {
                lines.Enqueue(line);
                while (lines.Count > KeptLines)
                {
                    lines.Dequeue();
                }
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
