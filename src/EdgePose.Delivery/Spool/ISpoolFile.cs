using EdgePose.Cameras.Frames;
using EdgePose.Daemon.Overload;

namespace EdgePose.Delivery.Spool;

/// <summary>What the writer does with the spool's file: <see cref="SpoolFile"/>, or in tests a disk that hangs or refuses.</summary>
internal interface ISpoolFile : IDisposable
{
    /// <summary>What the file holds, as of the last transaction.</summary>
    SpoolMark Mark { get; }

    /// <summary>What the messages and their tables take of the file, in bytes.</summary>
    long UsedBytes { get; }

    /// <summary>
    /// Does what opening leaves for later because it writes and may take long: before that, messages can be read, and nothing can be written. What it could not do is left as it was, to be tried
    /// again.
    /// </summary>
    /// <param name="mayGrow">Whether there is room on the disk to set some aside.</param>
    /// <returns>The file to use from now on, in place of this one.</returns>
    ISpoolFile FinishOpening(bool mayGrow);

    /// <summary>One transaction: all of it or nothing.</summary>
    /// <param name="removed">Positions that leave, rising; those that are not there are no error.</param>
    /// <param name="added">Messages that come, rising.</param>
    /// <param name="mayGrow">Whether the file may become larger, up to its limit.</param>
    /// <param name="dropped">For the mark: all that was dropped once this is done; null when that is what it was.</param>
    void Commit(IReadOnlyList<long> removed, IReadOnlyList<SpoolRecord> added, bool mayGrow, DropCounts? dropped = null);

    /// <summary>The messages after a position, unchecked.</summary>
    IReadOnlyList<(long Position, byte[] Frame)> Load(long after, int limit);

    /// <summary>The oldest positions after one, and when they were stored.</summary>
    IReadOnlyList<(long Position, DateTimeOffset StoredAt)> Oldest(long after, int limit);

    /// <summary>Moves the log into the file, so that the log's room can be used again.</summary>
    void Checkpoint();
}
