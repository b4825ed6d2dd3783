using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EdgePose.Daemon.Hosting;

/// <summary>
/// Tells systemd how the daemon stands: ready, alive, stopping, and one line for <c>systemctl status</c>. Does nothing where nobody asked (no NOTIFY_SOCKET).
/// </summary>
/// <remarks>Protocol: sd_notify(3) and sd_watchdog_enabled(3). An own class, because Microsoft.Extensions.Hosting.Systemd reports ready when the host has
/// started, which here is before the network is loaded, and knows no watchdog.</remarks>
public sealed class ServiceManager : IDisposable
{
    private readonly Socket? socket;
    private readonly UnixDomainSocketEndPoint? address;

    /// <summary>Makes one.</summary>
    /// <param name="notifySocket">Value of NOTIFY_SOCKET: a path, or a name of the abstract namespace that begins with @; null or empty for nobody.</param>
    /// <param name="watchdogMicroseconds">Value of WATCHDOG_USEC; null without a watchdog.</param>
    public ServiceManager(string? notifySocket, string? watchdogMicroseconds = null)
    {
        if (string.IsNullOrEmpty(notifySocket))
        {
            return;
        }

        address = new UnixDomainSocketEndPoint(notifySocket[0] == '@' ? "\0" + notifySocket[1..] : notifySocket);
        socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        if (long.TryParse(watchdogMicroseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0)
        {
            WatchdogLimit = TimeSpan.FromMicroseconds(microseconds);
        }
    }

    /// <summary>How long systemd waits for a sign of life before it starts the daemon again; null when it does not watch.</summary>
    public TimeSpan? WatchdogLimit { get; }

    /// <summary>As the environment of this process says. A watchdog that is meant for another process (WATCHDOG_PID) is none.</summary>
    public static ServiceManager FromEnvironment()
    {
        var mine = Environment.GetEnvironmentVariable("WATCHDOG_PID") is not { Length: > 0 } process
            || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), mine ? Environment.GetEnvironmentVariable("WATCHDOG_USEC") : null);
    }

    /// <summary>The daemon is up: the network is warm, and cameras and broker are being connected.</summary>
    public void Ready() => Send("READY=1");

    /// <summary>Another configuration is being taken over; <see cref="Ready"/> follows, whatever becomes of it.</summary>
    /// <remarks>sd_notify(3), RELOADING=1: it wants the monotonic time in microseconds beside it, which on Linux is what Stopwatch counts (CLOCK_MONOTONIC, in nanoseconds).</remarks>
    public void Reloading() => Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000)}"));

    /// <summary>The daemon is going down.</summary>
    public void Stopping() => Send("STOPPING=1");

    /// <summary>The daemon lives.</summary>
    public void Alive() => Send("WATCHDOG=1");

    /// <summary>One line for a person.</summary>
    public void Status(string text) => Send($"STATUS={text.ReplaceLineEndings(" ")}");

    /// <inheritdoc/>
    public void Dispose() => socket?.Dispose();

    private void Send(string message)
    {
        try
        {
            socket?.SendTo(Encoding.UTF8.GetBytes(message), address!);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The service manager is gone or being replaced (daemon-reexec): the pipeline must not suffer for it, and the next message finds it again.
        }
    }
}
