using System.Threading.Channels;

namespace EdgePose.Delivery.Broker;

/// <summary>
/// Wakes the publisher when there is something to send, and every beat in any case. Setting it is on the pipeline's hot path and allocates nothing; a SemaphoreSlim
/// makes an object at each release that somebody awaits.
/// </summary>
internal sealed class WorkSignal : IDisposable
{
    private readonly Channel<bool> channel = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true, AllowSynchronousContinuations = false });

    private readonly Timer timer;

    /// <summary>Makes a signal.</summary>
    /// <param name="beat">How long a wait lasts at most.</param>
    public WorkSignal(TimeSpan beat) => timer = new Timer(static state => ((WorkSignal)state!).Set(), this, beat, beat);

    /// <summary>Wakes the one who waits, now or at the next wait.</summary>
    public void Set() => channel.Writer.TryWrite(true);

    /// <summary>Waits until it is set, or for a beat. One at a time.</summary>
    public async Task WaitAsync()
    {
        await channel.Reader.WaitToReadAsync().ConfigureAwait(false);
        channel.Reader.TryRead(out _);
    }

    /// <summary>Nothing sets it any more; who waits, waits no longer.</summary>
    public void Dispose()
    {
        timer.Dispose();
        channel.Writer.TryComplete();
    }
}
