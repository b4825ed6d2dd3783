using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using EdgePose.Cli.Terminal;
using EdgePose.Daemon.Hosting;

namespace EdgePose.Cli.Demo;

/// <summary>GStreamer's RTSP server in a process of its own, that repeats a clip as H.264 at /0, /1, and so on</summary>
internal sealed class RtspServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private readonly Process process;

    private RtspServer(Process process, string address)
    {
        this.process = process;
        Address = address;
    }

    public string Address { get; }

    /// <summary>Starts the server and waits for its address, which is its first line.</summary>
    /// <exception cref="CommandFault">It did not start.</exception>
    public static async Task<RtspServer> StartAsync(string script, string clip, int streams, CancellationToken stop)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", [script, "--clip", clip, "--streams", streams.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true, RedirectStandardInput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        var process = TryStart(start) ?? throw NotStarted("/usr/bin/python3 is missing");
        var lastError = "it printed nothing";
        process.ErrorDataReceived += (_, line) => lastError = string.IsNullOrWhiteSpace(line.Data) ? lastError : line.Data;
        process.BeginErrorReadLine();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(StartLimit);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(limit.Token).ConfigureAwait(false) is { } line)
            {
                if (line.StartsWith("rtsp://", StringComparison.Ordinal))
                {
                    return new RtspServer(process, line.Trim());
                }
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            lastError = $"no address within {StartLimit.TotalSeconds:0} s";
        }

        process.Kill(entireProcessTree: true);
        process.WaitForExit(); // until its errors have been read
        process.Dispose();
        throw NotStarted(lastError);
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync().ConfigureAwait(false);
        process.Dispose();
    }

    private static Process? TryStart(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static CommandFault NotStarted(string reason) => new(
        ExitCodes.Unavailable, $"GStreamer's RTSP server did not start ({reason}); install python3-gi, gir1.2-gst-rtsp-server-1.0 and gstreamer1.0-rtsp, or name a camera with --source.");
}
