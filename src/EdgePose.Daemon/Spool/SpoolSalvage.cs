namespace EdgePose.Daemon.Spool;

/// <summary>
/// Finds the messages in the bytes of a damaged file and of its log, without SQLite: wherever a frame begins and its checksum is right. What the newest mark says
/// was removed is left out. Messages too long for one page (<see cref="SpoolFile.InlineBytes"/>) are not found.
/// </summary>
internal sealed class SpoolSalvage
{
    private const int ChunkBytes = 1024 * 1024;

    private readonly Dictionary<long, Place> places = [];
    private readonly string[] files;
    private SpoolMark? mark;

    private SpoolSalvage(string[] files) => this.files = files;

    /// <summary>Reads both files of <paramref name="path"/>.</summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    public static SpoolSalvage Of(string path)
    {
        var salvage = new SpoolSalvage([path, path + "-wal"]);
        for (var i = 0; i < salvage.files.Length; i++)
        {
            if (File.Exists(salvage.files[i]))
            {
                salvage.Scan(i);
            }
        }

        return salvage;
    }

    /// <summary>The highest position that is known of.</summary>
    public long Last => Math.Max(mark?.Last ?? 0, places.Count > 0 ? places.Keys.Max() : 0);

    /// <summary>
    /// Messages that were there and are not found. Without a mark the holes between those that are found are counted; what is missing before and after them leaves
    /// no trace then.
    /// </summary>
    public long Lost
    {
        get
        {
            var kept = places.Keys.Where(IsOfTheFile).ToArray();
            if (mark is { } known)
            {
                return Math.Max(0, known.Count - kept.Count(position => position <= known.Last));
            }

            return kept.Length == 0 ? 0 : kept.Max() - kept.Min() + 1 - kept.Length;
        }
    }

    /// <summary>The messages, oldest first, read one by one.</summary>
    public IEnumerable<SpoolRecord> Records()
    {
        var handles = new FileStream?[files.Length];
        try
        {
            foreach (var (position, place) in places.Where(pair => IsOfTheFile(pair.Key)).OrderBy(pair => pair.Key))
            {
                var file = handles[place.File] ??= File.OpenRead(files[place.File]);
                var frame = new byte[place.Bytes];
                file.Position = place.Offset;
                file.ReadExactly(frame);
                yield return new SpoolRecord(position, SpoolRecord.Stamp(frame).StoredAt, frame);
            }
        }
        finally
        {
            foreach (var handle in handles)
            {
                handle?.Dispose();
            }
        }
    }

    private bool IsOfTheFile(long position) => mark is not { } known || position >= known.First;

    private void Scan(int number)
    {
        using var file = File.OpenRead(files[number]);
        var buffer = new byte[ChunkBytes + SpoolFrame.MaxBytes];
        var (start, filled) = (0L, 0);
        while (true)
        {
            filled += file.ReadAtLeast(buffer.AsSpan(filled), buffer.Length - filled, throwOnEndOfStream: false);
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
                Take(frame, new Place(number, start + at, frame.Length));
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

    private void Take(ReadOnlySpan<byte> frame, Place place)
    {
        if (SpoolMark.Read(frame) is { } found)
        {
            mark = mark is { } known && known.Generation >= found.Generation ? known : found;
        }
        else if (SpoolRecord.Read(frame) is not null)
        {
            places[SpoolRecord.Stamp(frame).Position] = place;
        }
    }

    private readonly record struct Place(int File, long Offset, int Bytes);
}
