using System.Runtime.InteropServices;
using EdgePose.Daemon.Hosting;

namespace EdgePose.Cli.Terminal;

/// <summary>
/// Ctrl+C and SIGTERM: the command is asked to stop, and has ten seconds for it. A second Ctrl+C ends it at once; a second SIGTERM changes nothing. (System.CommandLine's own handling ends in an
/// exception when two signals come to a command that takes longer.)
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource stop = new();
    private readonly Timer end;
    private readonly PosixSignalRegistration[] registrations;
    private int code;

    /// <summary>Listens from now on.</summary>
    public StopSignals()
    {
        end = new Timer(_ => ProcessEnd.Now(code));
        registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Take), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take)];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => stop.Token;

    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }

        end.Dispose();
        stop.Dispose();
    }

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true;
        var isInterrupt = context.Signal == PosixSignal.SIGINT;
        var its = isInterrupt ? 130 : 143; // as a shell reports a program that such a signal ended
        if (Interlocked.CompareExchange(ref code, its, 0) == 0)
        {
            end.Change(Patience, Timeout.InfiniteTimeSpan);
            stop.Cancel();
        }
        else if (isInterrupt)
        {
            ProcessEnd.Now(its);
        }
    }
}
