using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace EdgePose.Fault.Tests;

/// <summary>The product itself, <c>edgepose run</c>, in a process that a test may stop or kill.</summary>
internal sealed class DaemonProcess : IDisposable
{
    /// <summary>For the bundled network where a test asks for nothing else: it starts sooner and leaves the processors to others. At night it has its own size, as figures are measured then.</summary>
    private static readonly Dictionary<string, object> FewPixels = new() { ["inputWidthPx"] = 328, ["inputHeightPx"] = 184 };

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
    /// <param name="ignoresHangUp">Whether it is started as <c>nohup</c> would.</param>
    public DaemonProcess(
        object mqtt, object[] cameras, Dictionary<string, string>? secrets = null, Dictionary<string, string>? environment = null, string? manifest = null,
        Dictionary<string, object>? network = null, object? overload = null, MemoryGroup? memoryGroup = null, bool ignoresHangUp = false)
    {
        foreach (var (name, secret) in secrets ?? [])
        {
            File.WriteAllText(Path.Combine(folder, name), secret);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(Path.Combine(folder, name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }

        ConfigurationPath = Path.Combine(folder, "edgepose.json");
        var sections = new Dictionary<string, object>
        {
            ["device"] = new { site = "test", id = "device" },
            ["network"] = new Dictionary<string, object>(network ?? (manifest is null && !Nightly.Is ? FewPixels : []))
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

        File.WriteAllText(ConfigurationPath, JsonSerializer.Serialize(sections));
        process = Run(environment, memoryGroup: memoryGroup, ignoresHangUp: ignoresHangUp);
    }

    /// <param name="configuration">A file or a folder that the test has written.</param>
    /// <param name="environment">What systemd would set.</param>
    /// <param name="isAhead">Whether it goes before its neighbours on this machine, where the user may say so: for a test of many decoders, which would be starved otherwise.</param>
    public DaemonProcess(string configuration, Dictionary<string, string>? environment = null, bool isAhead = false)
    {
        ConfigurationPath = configuration;
        process = Run(environment, isAhead);
    }

    /// <summary>What it was started with.</summary>
    public string ConfigurationPath { get; }

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

    /// <summary>The exit code; null when it does not end.</summary>
    public int? ExitCode(double seconds = Patience.Seconds) => process.WaitForExit(TimeSpan.FromSeconds(seconds)) ? process.ExitCode : null;

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private Process Run(Dictionary<string, string>? environment, bool isAhead = false, MemoryGroup? memoryGroup = null, bool ignoresHangUp = false)
    {
        // env, nice and the shell become the program itself, so the process keeps its id. The tests may run under nohup or behind a shell's `&`, whose children would ignore SIGHUP or SIGINT too.
        string[] command = ["env", "--default-signal=INT", ignoresHangUp ? "--ignore-signal=HUP" : "--default-signal=HUP", .. isAhead ? ["nice", "-n", "-10"] : Array.Empty<string>(), Path.Combine(AppContext.BaseDirectory, "edgepose"), "run", "--config", ConfigurationPath];
        if (memoryGroup is not null)
        {
            command = ["/bin/sh", "-c", "echo $$ >\"$0\" && exec \"$@\"", memoryGroup.Processes, .. command];
        }

        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["RUNTIME_DIRECTORY"] = folder;
        start.Environment["STATE_DIRECTORY"] = folder; // each daemon has a spool of its own
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        var started = Process.Start(start)!;
        started.OutputDataReceived += Keep;
        started.ErrorDataReceived += Keep;
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        return started;
    }

    /// <summary>Runs <c>edgepose reload</c> as an operator beside it would.</summary>
    public (int ExitCode, string Output) Reload()
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "edgepose"), ["reload", "--config", ConfigurationPath]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["RUNTIME_DIRECTORY"] = folder;
        start.Environment["STATE_DIRECTORY"] = folder; // each daemon has a spool of its own
        using var command = Process.Start(start)!;
        var error = command.StandardError.ReadToEndAsync();
        var said = command.StandardOutput.ReadToEnd() + error.Result;
        command.WaitForExit();
        return (command.ExitCode, said);
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (output)
        {
            output.AppendLine(line.Data);
        }
    }
}
