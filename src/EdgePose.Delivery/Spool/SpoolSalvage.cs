using Microsoft.Win32.SafeHandles;

namespace EdgePose.Delivery.Spool;

/// <summary>
/// Finds the messages in the bytes of a damaged file and of its log, without SQLite: wherever a frame begins and its checksum is right. What the newest mark says
/// was removed is left out. Messages too long for one page (<see cref="SpoolFile.InlineBytes"/>) are not found. The files stay open, and may be renamed meanwhile.
/// </summary>
internal sealed class SpoolSalvage : IDisposable
{
    private const int ChunkBytes = 1024 * 1024;

    private readonly Dictionary<long, Place> places = [];
    private readonly List<SafeFileHandle> files = [];
    private SpoolMark? newestMark;

    private SpoolSalvage()
    {
    }

    /// <summary>Reads both files of <paramref name="path"/>.</summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    public static SpoolSalvage Of(string path)
    {
        var salvage = new SpoolSalvage();
        try
        {
            foreach (var file in (string[])[path, path + "-wal"])
            {
                if (File.Exists(file))
                {
                    salvage.files.Add(File.OpenHandle(file, share: FileShare.ReadWrite | FileShare.Delete));
                    salvage.Scan(salvage.files.Count - 1);
                }
            }
        }
        catch
        {
            salvage.Dispose();
            throw;
        }

        salvage.Conclude();
        return salvage;
    }

    /// <summary>The messages that were found, rising.</summary>
    public IReadOnlyList<(long Position, DateTimeOffset StoredAt)> Found { get; private set; } = [];

    /// <summary>What a file of these messages tells of them.</summary>
    public SpoolMark Mark { get; private set; }

    /// <summary>
    /// Messages that were there and are not found. Without a mark the holes between those that are found are counted; what is missing before and after them leaves
    /// no trace then.
    /// </summary>
    public long Lost { get; private set; }

    /// <summary>What the messages take.</summary>
    public long Bytes { get; private set; }

    /// <summary>Reads the messages after a position one by one.</summary>
    public IEnumerable<SpoolRecord> After(long position)
    {
        for (var i = IndexAfter(position); i < Found.Count; i++)
        {
            var place = places[Found[i].Position];
            var frame = new byte[place.Bytes];
            if (RandomAccess.Read(files[place.File], frame, place.Offset) != frame.Length)
            {
                throw new EndOfStreamException("The damaged spool has become shorter while it is read.");
            }

            yield return new SpoolRecord(Found[i].Position, Found[i].StoredAt, frame);
        }
    }

    /// <summary>Where the messages after a position begin in <see cref="Found"/>.</summary>
    public int IndexAfter(long position)
    {
        var (low, high) = (0, Found.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Found[middle].Position <= position ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <inheritdoc/>
    public void Dispose() => files.ForEach(file => file.Dispose());

    private void Conclude()
    {
        var first = newestMark?.First ?? long.MinValue;
        Found = [.. places.Where(pair => pair.Key >= first).Select(pair => (pair.Key, pair.Value.StoredAt)).OrderBy(found => found.Key)];
        Bytes = Found.Sum(found => (long)places[found.Position].Bytes);
        var last = Math.Max(newestMark?.Last ?? 0, places.Count > 0 ? places.Keys.Max() : 0);
        Mark = new SpoolMark(1, Found.Count > 0 ? Found[0].Position : last + 1, last, Found.Count, newestMark?.Dropped ?? default);
        Lost = newestMark is { } known ? Math.Max(0, known.Count - IndexAfter(known.Last))
            : Found.Count == 0 ? 0
            : Found[^1].Position - Found[0].Position + 1 - Found.Count;
    }

    private void Scan(int number)
    {
        var buffer = new byte[ChunkBytes + SpoolFrame.MaxBytes];
        var (start, filled) = (0L, 0);
        while (true)
        {
            for (var read = 1; filled < buffer.Length && read > 0; filled += read)
            {
                read = RandomAccess.Read(files[number], buffer.AsSpan(filled), start + filled);
            }

            var atEnd = filled < buffer.Length;
            var searched = atEnd ? filled : ChunkBytes;
            for (var at = 0; at < searched && SpoolFrame.Find(buffer.AsSpan(at, filled - at)) is >= 0 and var found;)
            {
                at += found;
                if (at >= searched)
                {
                    break;
                }

                var frame = SpoolFrame.At(buffer.AsSpan(at, filled - at));
                Take(frame, number, start + at);
                at += frame.IsEmpty ? 1 : frame.Length;
            }

            if (atEnd)
            {
                return;
            }

            buffer.AsSpan(searched, filled - searched).CopyTo(buffer);
            (start, filled) = (start + searched, filled - searched);
        }
    }

    private void Take(ReadOnlySpan<byte> frame, int file, long offset)
    {
        if (SpoolMark.Read(frame) is { } found)
        {
            newestMark = newestMark is { } known && known.Generation >= found.Generation ? known : found;
        }
        else if (SpoolRecord.IsMessage(frame))
        {
            var (position, storedAt) = SpoolRecord.Stamp(frame);
            places[position] = new Place(file, offset, frame.Length, storedAt);
        }
    }

    private readonly record struct Place(int File, long Offset, int Bytes, DateTimeOffset StoredAt);
}
