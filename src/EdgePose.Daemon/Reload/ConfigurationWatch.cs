
namespace EdgePose.Daemon.Reload;

/// <summary>
/// Looks for changes of the configuration's files several times a second, and reloads when two looks in a row agree. It polls, because notifications miss an
/// exchanged symbolic link further up, and do not exist on network shares and some overlays.
/// </summary>
internal sealed class ConfigurationWatch(IReloader reloader, TimeProvider time)
{
    /// <summary>Two looks take less than the two seconds that are promised for a reload.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.3);

    /// <summary>A refused configuration is read again after this time, because a missing file can appear.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    /// <summary>Watches until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var fingerprint = new ConfigurationFingerprint(time);
        using var timer = new PeriodicTimer(Interval, time);
        var last = reloader.Seen.Fingerprint;
        var retried = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
        {
            var seen = reloader.Seen;
            var now = fingerprint.Of(reloader.Path, seen.Result);
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
