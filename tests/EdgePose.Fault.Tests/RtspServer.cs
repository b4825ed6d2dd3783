using System.Diagnostics;
using System.Globalization;

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

    public static RtspServer Start(params string[] arguments) => StartAs("/usr/bin/python3", [Repository.File("src", "EdgePose", "Demo", "serve.py"), .. arguments]);

    /// <summary>Starts it behind a cable that can be pulled.</summary>
    public static RtspServer StartInside(NetworkNamespace network, params string[] arguments)
    {
        var (file, all) = network.Inside("/usr/bin/python3", [Repository.File("src", "EdgePose", "Demo", "serve.py"), "--address", network.InnerAddress, .. arguments]);
        return StartAs(file, all);
    }

    /// <summary>Starts another on the same port.</summary>
    public RtspServer Again(params string[] arguments) => Start(["--port", Port.ToString(CultureInfo.InvariantCulture), .. arguments]);

    /// <summary>Changes what a scene shows: noise, freeze, black, night or move.</summary>
    public void Show(string mode)
    {
        process.StandardInput.WriteLine(mode);
        process.StandardInput.Flush();
    }

    private static RtspServer StartAs(string file, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
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
