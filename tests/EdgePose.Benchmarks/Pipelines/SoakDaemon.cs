using System.Diagnostics;
using System.Text.Json;
using EdgePose.Delivery.Broker;
using MQTTnet;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>The shipped program and mosquitto as processes, with a folder for their files; all of it gone at the end.</summary>
internal sealed class SoakDaemon : IDisposable
{
    private const int KeptLines = 20;

    private readonly string folder;
    private readonly Mosquitto broker;
    private readonly Process daemon;
    private readonly Queue<string> lines = new();
    private readonly IMqttClient subscriber = new MqttClientFactory().CreateMqttClient();

    private SoakDaemon(string folder, Mosquitto broker, Process daemon)
    {
        (this.folder, this.broker, this.daemon) = (folder, broker, daemon);
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
        var broker = new Mosquitto();
        var config = Path.Combine(folder, "edgepose.json");
        File.WriteAllText(config, JsonSerializer.Serialize(new
        {
            device = new { site = "soak", id = "this-machine" },
            network = new { manifest = Path.GetFullPath(manifest), inputWidthPx = BundledNetwork.WidthPx, inputHeightPx = BundledNetwork.HeightPx, providers = (string[])["cpu"] },
            mqtt = new { address = broker.Address },
            spool = new { path = Path.Combine(folder, "spool.db") },
            cameras = cameras.Select((address, number) => new { id = $"camera-{number}", address, maxFps }),
        }));
        var daemon = Process.Start(new ProcessStartInfo(program, ["run", "--config", config]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        return new SoakDaemon(folder, broker, daemon);
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
        await subscriber.ConnectAsync(BrokerOptions.Create(new MqttConfig { Address = broker.Address, ClientId = "soak" }, new BrokerTerms(MqttVersion.V5), will: null, subscribes: true));
        await subscriber.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter("edgepose/v1/+/+/+/pose").Build());
        return () => Interlocked.Read(ref count);
    }

    /// <summary>The decoder children that run now, by process id.</summary>
    public IReadOnlyDictionary<int, ProcessFigures> Decoders()
    {
        var found = new Dictionary<int, ProcessFigures>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var id) && ParentOf(id) == daemon.Id)
            {
                try
                {
                    found.Add(id, ProcessFigures.WithMappings(id));
                }
                catch (IOException)
                {
                    // it has ended meanwhile, and is missed by the judge
                }
            }
        }

        return found;
    }

    public void Dispose()
    {
        subscriber.Dispose();
        daemon.Kill(entireProcessTree: true);
        daemon.WaitForExit();
        daemon.Dispose();
        broker.Dispose();
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
}
