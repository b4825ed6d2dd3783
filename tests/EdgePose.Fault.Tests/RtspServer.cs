using System.Diagnostics;

namespace EdgePose.Fault.Tests;

/// <summary>GStreamer's RTSP server in a process that a test may kill or stop.</summary>
internal sealed class RtspServer : IDisposable
{
    private readonly Process process;

    private RtspServer(Process process, string address)
    {
        this.process = process;
        Address = address;
    }

    public string Address { get; }

    public int Port => new Uri(Address).Port;

    public static RtspServer Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add(Repository.File("tests", "rtsp", "serve.py"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        var address = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The RTSP server ended without an address.");
        return new RtspServer(process, address);
    }

    /// <summary>Stops it in its tracks: connections stay open and nothing comes, as from a camera that hangs.</summary>
    public void Freeze() => _ = Signals.Send(process.Id, Signals.Stop);

    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        process.Dispose();
    }
}
