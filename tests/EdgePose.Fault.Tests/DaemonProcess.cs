using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace EdgePose.Fault.Tests;

/// <summary>The product itself, <c>edgepose run</c>, in a process that a test may stop or kill.</summary>
internal sealed class DaemonProcess : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-daemon-").FullName;
    private readonly StringBuilder output = new();
    private readonly Process process;

    /// <param name="mqtt">The broker's section.</param>
    /// <param name="cameras">The cameras.</param>
    /// <param name="secrets">Files beside the configuration, by name; of mode 0600.</param>
    /// <param name="environment">What systemd would set.</param>
    /// <param name="manifest">The network; null takes the bundled one.</param>
    public DaemonProcess(object mqtt, object[] cameras, Dictionary<string, string>? secrets = null, Dictionary<string, string>? environment = null, string? manifest = null)
    {
        foreach (var (name, secret) in secrets ?? [])
        {
            File.WriteAllText(Path.Combine(folder, name), secret);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(Path.Combine(folder, name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }

        var path = Path.Combine(folder, "edgepose.json");
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            device = new { site = "test", id = "device" },
            network = new { manifest = manifest ?? Repository.File("models", "edgepose-v0.json"), providers = new[] { "cpu" } },
            mqtt,
            cameras,
        }));
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "edgepose"), ["run", "--config", path]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["STATE_DIRECTORY"] = folder; // each daemon has a spool of its own
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    /// <summary>All that it wrote.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    /// <summary>Process ids of its decoder children.</summary>
    public IReadOnlyList<int> Decoders => [.. File.ReadAllText($"/proc/{Id}/task/{Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Concat(Directory.GetDirectories($"/proc/{Id}/task").SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        .Select(int.Parse).Distinct()];

    public void Send(int signal) => _ = Signals.Send(process.Id, signal);

    /// <summary>The exit code, when it ends in time.</summary>
    public int? ExitCode(double seconds = 30) => process.WaitForExit(TimeSpan.FromSeconds(seconds)) ? process.ExitCode : null;

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (output)
        {
            output.AppendLine(line.Data);
        }
    }
}
