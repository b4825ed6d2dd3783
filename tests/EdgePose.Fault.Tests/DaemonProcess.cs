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
    /// <param name="network">Further keys of the network's section.</param>
    /// <param name="memoryGroup">Holds it and its children to a limit; null for none.</param>
    /// <param name="overload">The section of that name; null leaves it out.</param>
    public DaemonProcess(
        object mqtt, object[] cameras, Dictionary<string, string>? secrets = null, Dictionary<string, string>? environment = null, string? manifest = null,
        Dictionary<string, object>? network = null, object? overload = null, MemoryGroup? memoryGroup = null)
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
        var sections = new Dictionary<string, object>
        {
            ["device"] = new { site = "test", id = "device" },
            ["network"] = new Dictionary<string, object>(network ?? [])
            {
                ["manifest"] = manifest ?? Repository.File("models", "edgepose-v0.json"), ["providers"] = new[] { "cpu" },
            },
            ["mqtt"] = mqtt,
            ["cameras"] = cameras,
        };
        if (overload is not null)
        {
            sections["overload"] = overload;
        }

        File.WriteAllText(path, JsonSerializer.Serialize(sections));
        var program = Path.Combine(AppContext.BaseDirectory, "edgepose");
        var start = memoryGroup is null
            ? new ProcessStartInfo(program, ["run", "--config", path])
            : new ProcessStartInfo("/bin/sh", ["-c", "echo $$ >\"$1\" && exec \"$2\" run --config \"$3\"", "sh", memoryGroup.Processes, program, path]);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
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
