using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgePose.Delivery.Spool;

/// <summary>
/// Keeps messages on the disk until the broker has acknowledged them: what was stored survives a restart and kill -9 at any instant, with its id and in its
/// order. The promises and the file's format are in README.md.
/// </summary>
public sealed class SpoolEventStore : IEventStore
{
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(10);

    private readonly FileStream? claim;
    private readonly SpoolMemory memory;
    private readonly SpoolWriter writer;
    private readonly Thread thread;
    private readonly ILogger logger;

    /// <summary>Starts a store on a file that is open; for tests that bring a disk of their own.</summary>
    internal SpoolEventStore(
        FileStream? claim, OpenSpool opened, Func<string, OpenSpool> rescue, Func<DiskRoom> room, TimeSpan maxAge, int inFlight, TimeProvider time, ILogger logger)
    {
        (this.claim, this.logger) = (claim, logger);
        var lost = opened.Damage?.Lost ?? 0;
        memory = new SpoolMemory(inFlight, opened.File.Mark.Count + lost, opened.File.Mark.Dropped);
        memory.Lose(lost);
        writer = new SpoolWriter(opened, memory, rescue, room, new SpoolClock(time, opened.Newest), maxAge, () => Ready?.Invoke(), logger);
        thread = new Thread(writer.Run) { IsBackground = true, Name = "spool" };
        thread.Start();
    }

    /// <inheritdoc/>
    public StoreStatus Status => new(
        memory.HoldingFor is null ? StoreMedium.Disk : StoreMedium.Holding,
        memory.HoldingFor is { } reason ? $"the spool's disk takes no writes ({reason}); make room on it" : string.Empty,
        Count, writer.UsedBytes, writer.OldestAge, memory.Dropped)
    {
        DroppedBefore = memory.DroppedBefore.Total,
    };

    /// <inheritdoc/>
    public int Count => (int)Math.Min(int.MaxValue, memory.Count);

    /// <inheritdoc/>
    public Action? Ready { get; set; }

    /// <summary>Whether a message that is appended now is far from making the hand-over to the disk overflow.</summary>
    internal bool HasRoom => memory.HasRoom;

    /// <summary>Whether everything that was appended or settled is on the disk.</summary>
    public bool IsWritten => memory.Unwritten == 0 && writer.IsIdle;

    /// <summary>Opens the spool of <paramref name="path"/>, finds what is whole of it where it is damaged, and starts its thread, which mends it.</summary>
    /// <param name="path">The file; its folder is made when it is not there.</param>
    /// <param name="config">Limits and durability.</param>
    /// <param name="inFlight">The most messages that may have been sent and not be off the disk.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where faults are told.</param>
    /// <exception cref="SpoolInUseException">Another daemon has it.</exception>
    /// <exception cref="IOException">The folder or the file cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file may not be written.</exception>
    /// <exception cref="SqliteException">The disk refuses.</exception>
    public static SpoolEventStore Open(string path, SpoolConfig config, int inFlight, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(time);
        PrivateFolder.Make(Path.GetDirectoryName(Path.GetFullPath(path))!); // it tells who was seen where and when
        var claim = SpoolLock.Take(path);
        try
        {
            var (durability, maxBytes) = (config.Durability, config.MaxMegabytes * 1_000_000L);
            var room = new SpoolRoom(path);
            var opened = SpoolOpening.Open(path, durability, maxBytes);
            return new SpoolEventStore(
                claim, opened, reason => SpoolOpening.Rescue(path, reason, durability, maxBytes), room.Look, TimeSpan.FromHours(config.MaxAgeHours), inFlight, time, logger);
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Append(StoredMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        memory.Append(message, fits: message.Bytes <= SpoolRecord.MaxMessageBytes);
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

    /// <summary>Writes what is left, and closes the file; a disk that hangs is not waited for for longer than ten seconds.</summary>
    public void Dispose()
    {
        memory.Stop();
        if (thread.Join(CloseLimit))
        {
            claim?.Dispose();
        }
        else
        {
            SpoolLog.Hangs(logger, CloseLimit.TotalSeconds, memory.OnTheirWay);
        }
    }
}
