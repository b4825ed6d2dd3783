using System.Globalization;
using EdgePose.Cameras.Frames;
using EdgePose.Daemon.Overload;

namespace EdgePose.Delivery.Spool;

/// <summary>
/// A spool that was found damaged: what is whole of it can be read and sent at once, from where it lies. <see cref="FinishOpening"/> puts a whole file in its place, which takes as long as the
/// disk takes for all that is in it. May be killed at any instant: until the new file takes the old one's place the next start begins anew, and then it goes on.
/// </summary>
internal sealed class SpoolRescue(string path, SpoolSalvage salvage, SpoolDurability durability, long maxBytes) : ISpoolFile
{
    private bool isReplaced;

    /// <summary>Where the damaged file of <paramref name="path"/> goes.</summary>
    public static string SetAside(string path) => path + ".damaged";

    /// <inheritdoc/>
    public SpoolMark Mark => salvage.Mark;

    /// <inheritdoc/>
    public long UsedBytes => salvage.Bytes;

    /// <inheritdoc/>
    public ISpoolFile FinishOpening(bool mayGrow)
    {
        if (!isReplaced)
        {
            Replace();
            isReplaced = true;
        }

        SpoolOpening.FinishReplacing(path);
        var mended = SpoolFile.Open(path, durability, maxBytes);
        try
        {
            mended.ReadMark();
            return mended.FinishOpening(mayGrow);
        }
        catch
        {
            mended.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Commit(IReadOnlyList<long> removed, IReadOnlyList<SpoolRecord> added, bool mayGrow, DropCounts? dropped = null) => throw new InvalidOperationException("A damaged spool takes nothing before it is mended.");

    /// <inheritdoc/>
    public IReadOnlyList<(long Position, byte[] Frame)> Load(long after, int limit) => [.. salvage.After(after).Take(limit).Select(record => (record.Position, record.Frame))];

    /// <inheritdoc/>
    public IReadOnlyList<(long Position, DateTimeOffset StoredAt)> Oldest(long after, int limit) => [.. salvage.Found.Skip(salvage.IndexAfter(after)).Take(limit)];

    /// <inheritdoc/>
    public void Checkpoint()
    {
        // There is no log.
    }

    /// <inheritdoc/>
    public void Dispose() => salvage.Dispose();

    private void Replace()
    {
        var (fresh, making) = (path + ".new", SpoolOpening.Making(path)); // `.new` is whole: FinishReplacing takes it for such
        SpoolOpening.DeleteWithLog(making);
        SpoolOpening.DeleteWithLog(SetAside(path)); // it may be as large as the new one will be
        if (new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(path))!).AvailableFreeSpace is var free && free < salvage.Bytes)
        {
            throw new IOException(string.Create(
                CultureInfo.InvariantCulture, $"the spool {path} is damaged, and mending it needs {salvage.Bytes / 1e6:0.0} MB of room on its disk, where {free / 1e6:0.0} MB are left"));
        }

        try
        {
            SpoolFile.Make(making, salvage.Mark with { Dropped = salvage.Mark.Dropped.With(DropCause.Corrupt, salvage.Lost) }, salvage.After(long.MinValue));
        }
        catch
        {
            SpoolOpening.DeleteWithLog(making); // a disk that is full needs the room
            throw;
        }

        using (var file = new FileStream(making, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Flush(flushToDisk: true);
        }

        File.Move(making, fresh, overwrite: true);

        if (File.Exists(path)) // or only its log is left
        {
            File.Move(path, SetAside(path), overwrite: true); // from here on FinishReplacing would go on
        }
    }
}
