
namespace EdgePose.Daemon.Reload;

/// <summary>
/// Looks whether the files of the configuration lie there otherwise, several times a second, and reloads when they have come to rest. Polling, and not notifications: those do not
/// tell of a symbolic link that is exchanged further up, and do not exist on network shares and some overlays.
/// </summary>
internal sealed class ConfigurationWatch(IReloader reloader, TimeProvider time)
{
    /// <summary>So often. Two looks alike are rest, so a change is taken over well within the two seconds that are promised.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.3);

    /// <summary>So often a configuration that was refused is read again: what it lacks may have come.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    /// <summary>Watches until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var last = reloader.Seen.Fingerprint;
        var retried = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
        {
            var seen = reloader.Seen;
            var now = ConfigurationFingerprint.Of(reloader.Path, seen.Result);
            if (now != seen.Fingerprint && now == last)
            {
                await reloader.ReloadAsync("file", stop).ConfigureAwait(false);
            }
            else if (reloader.IsRefused && time.GetElapsedTime(retried) > RetryInterval)
            {
                await reloader.RetryAsync(stop).ConfigureAwait(false);
                retried = time.GetTimestamp();
            }

            last = now;
        }
    }
}
