using EdgePose.Daemon.Publishing;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Spool;

/// <summary>Keeps events on the disk until the broker has acknowledged them. The promises and the format are in README.md.</summary>
public sealed class SpoolEventStore : IEventStore
{
    private const int CloseSeconds = 10;

    private readonly SpoolMemory memory;
    private readonly SpoolWriter writer;
    private readonly Thread thread;
    private readonly string folder;
    private readonly ILogger logger;

    /// <summary>
    /// Opens the spool and starts its thread. Where the disk refuses, or a newer version wrote the spool, events wait in memory, the log and the status say so, and the opening is tried again.
    /// </summary>
    /// <exception cref="SpoolInUseException">Another daemon has it: two that send the same events are a mistake that nobody would notice.</exception>
    public SpoolEventStore(SpoolOptions options, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (folder, this.logger, memory) = (options.Folder, logger, new SpoolMemory(options));
        writer = new SpoolWriter(options, memory, time, () => Ready?.Invoke(), logger);
        writer.TryOpen();
        thread = new Thread(writer.Run) { IsBackground = true, Name = "spool" };
        thread.Start();
    }

    /// <inheritdoc/>
    public StoreStatus Status
    {
        get
        {
            var state = memory.State;
            var (medium, fault) = state switch
            {
                { Fault: null } => (StoreMedium.Disk, string.Empty),
                { IsOpen: true } => (StoreMedium.Holding, $"the spool's disk takes no writes ({state.Fault}); make room on it"),
                _ => (StoreMedium.Memory, $"the spool {folder} cannot be used ({state.Fault}): {SpoolMessages.InMemory}"),
            };
            return new StoreStatus(medium, fault, Count, writer.UsedBytes, Count > 0 ? writer.OldestAge : null, state.Dropped) { DroppedBefore = writer.DroppedBefore.Total };
        }
    }

    /// <inheritdoc/>
    public int Count => (int)Math.Clamp(memory.State.Count, 0, int.MaxValue);

    /// <inheritdoc/>
    public Action? Ready { get; set; }

    /// <summary>Whether everything that was appended or settled is on the disk.</summary>
    public bool IsWritten => memory.State is { Unwritten: 0, Unrecorded: 0 };

    /// <inheritdoc/>
    public void Append(StoredMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (memory.Append(message))
        {
            Ready?.Invoke();
        }
    }

    /// <inheritdoc/>
    public Lease? TryLease() => memory.TryLease();

    /// <inheritdoc/>
    public void Acknowledge(long position) => memory.Settle(position, cause: null);

    /// <inheritdoc/>
    public void Discard(long position) => memory.Settle(position, DropCause.Refused);

    /// <inheritdoc/>
    public void Park(long position) => memory.Park(position);

    /// <inheritdoc/>
    public void Unpark(string topic) => memory.Unpark(topic);

    /// <inheritdoc/>
    public void ReturnLeases() => memory.ReturnLeases();

    /// <summary>Writes what is left, and closes the files; a disk that hangs is not waited for for long.</summary>
    public void Dispose()
    {
        memory.Stop();
        if (!thread.Join(TimeSpan.FromSeconds(CloseSeconds)))
        {
            SpoolMessages.Hangs(logger, CloseSeconds, memory.State.Unwritten);
        }
    }
}
