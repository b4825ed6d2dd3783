using System.Diagnostics;
using EdgePose.Daemon.Hosting;

namespace EdgePose.Cli.Demo;

/// <summary>GStreamer's RTSP server in a process of its own, serving a clip as H.264 over and over, at /0 and, when more streams are asked for, at /1, /2, ...</summary>
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

    /// <summary>Starts the server and waits until it tells its address on its first line.</summary>
    /// <exception cref="CommandFault">It did not start; the message says what it printed.</exception>
    public static async Task<RtspServer> StartAsync(string script, string clip, int streams, CancellationToken stop)
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false };
        start.ArgumentList.Add(script);
        start.ArgumentList.Add("--clip");
        start.ArgumentList.Add(clip);
        start.ArgumentList.Add("--streams");
        start.ArgumentList.Add(streams.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var process = Process.Start(start) ?? throw new CommandFault(ExitCodes.Unavailable, "The RTSP server could not be started: is python3 installed?");
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
            // falls through to the one message below
        }

        process.Kill(entireProcessTree: true);
        process.Dispose();
        throw new CommandFault(ExitCodes.Unavailable, $"The RTSP server ({script}) did not start; run scripts/install-native.sh --server, then try again.");
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync().ConfigureAwait(false);
        process.Dispose();
    }
}
