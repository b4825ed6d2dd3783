using Microsoft.Win32.SafeHandles;

namespace EdgePose.Delivery.Spool;

/// <summary>
/// The log of events on the disk: files of bounded size, to which events and marks are added. One thread uses it. What a failed write was to add is not in the log, and the next write takes its
/// place. Method: Vector, lib/vector-buffers/src/variants/disk_v2 (limits first; the reader recovers).
/// </summary>
internal sealed class SpoolLog : IDisposable
{
    private const int ReserveBytes = 4096; // of each file, for marks: what was delivered or dropped can be recorded when the disk is full
    private const int UnsyncedBytes = 64 * 1024; // what a loss of power can cost when not each write is synced
    private const int SpansInMaxAge = 16; // a file takes events of this part of the longest age, because it becomes too old as a whole

    private readonly SpoolOptions options;
    private readonly List<SpoolSegment> segments;
    private readonly List<long> unrecorded; // lost events that no mark records
    private readonly MemoryStream output = new(64 * 1024);
    private byte[] input = [];
    private long unsynced;
    private SafeFileHandle? active; // the newest file; null when that takes no more
    private (SpoolSegment? Segment, long Offset, long Position) next; // where reading goes on

    /// <summary>Opens the log of a folder, which exists.</summary>
    /// <exception cref="SpoolVersionException">A newer version wrote it.</exception>
    public SpoolLog(SpoolOptions options)
    {
        this.options = options;
        var contents = new SpoolContents(options.Folder, options.Disk);
        (segments, unrecorded, Lost, Last, Dropped) = (contents.Segments, contents.Lost, contents.Lost.Count, contents.Last, contents.Dropped);
        if (contents.CanGrow)
        {
            active = File.OpenHandle(segments[^1].Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            if (RandomAccess.GetLength(active) > segments[^1].Length)
            {
                RandomAccess.SetLength(active, segments[^1].Length); // a write that was cut short must not follow the next one
            }
        }
    }

    public long Last { get; private set; } // the highest position given
    public DropCounts Dropped { get; private set; } // since the spool was made
    public int Lost { get; } // events that were stored and could not be read at the opening
    public long Count => segments.Sum(segment => (long)segment.Waiting); // events that wait
    public long Bytes => segments.Sum(segment => segment.Length); // of all files
    public IReadOnlyList<SpoolSegment> Segments => [.. segments]; // oldest first
    public IReadOnlyList<SpoolSegment> Sealed => segments.GetRange(0, active is null ? segments.Count : segments.Count - 1); // those that take no more events
    public IReadOnlyList<string> Damaged => [.. segments.Where(segment => segment.IsDamaged).Select(segment => segment.Path)];
    public DateTimeOffset? Newest => segments.FindLast(segment => segment.Stored is not null)?.Stored?.Newest; // when the newest event was stored
    public long? Oldest => segments.Find(segment => segment.Waiting > 0)?.All(SpoolSlot.Waiting).First(); // the oldest position that waits

    /// <summary>Adds events (rising; a position that is left out is gone), and records what is gone and all that was dropped, in one write.</summary>
    /// <exception cref="SpoolFullException">There is no room for another file.</exception>
    public void Append(IReadOnlyList<SpoolEvent> events, IEnumerable<long> gone, DropCounts dropped)
    {
        var (last, leaving) = (Last, gone.Concat(unrecorded).ToList());
        output.SetLength(0);
        foreach (var entry in events)
        {
            for (last++; last < entry.Position; last++)
            {
                leaving.Add(last);
            }

            SpoolRecord.Write(output, entry);
        }

        SpoolRecord.Write(output, new SpoolMark(last, dropped, Ranges(leaving)));
        Begin(events.Count > 0 ? events[^1].StoredAt : null);
        var segment = segments[^1];
        var syncs = options.SyncsEachWrite || unsynced + output.Length > UnsyncedBytes;
        options.Disk.Write(active!, output.GetBuffer().AsSpan(0, (int)output.Length), segment.Length, syncs);
        unsynced = syncs ? 0 : unsynced + output.Length;
        segment.Length += output.Length;
        foreach (var entry in events)
        {
            segment.Add(entry.Position, entry.StoredAt);
        }

        (Last, Dropped) = (last, dropped);
        unrecorded.Clear();
        leaving.ForEach(position => segments.Find(file => file.Last >= position)?.Forget(position, position));
        while (segments.Count > 1 && segments[0].Waiting == 0 && TryDelete(segments[0])) // the oldest first: a mark records positions in its own and in older files
        {
            segments.RemoveAt(0);
        }
    }

    /// <summary>Drops what waits in a file, and deletes it. Where it throws, nothing is dropped.</summary>
    public void Drop(SpoolSegment segment, DropCounts dropped)
    {
        var older = segments[..segments.IndexOf(segment)];
        var own = Enumerable.Range(0, (int)(segment.Last - segment.First + 1)).Select(index => segment.First + index);
        Append([], older.SelectMany(file => file.All(SpoolSlot.Gone)).Concat(own), dropped); // the marks of older files may be in this one
        if (Sealed.Contains(segment) && TryDelete(segment))
        {
            segments.Remove(segment);
            older.LastOrDefault()?.ExtendTo(segment.Last, SpoolSlot.Gone);
        }
    }

    /// <summary>Reads the events that wait after a position, up to a limit; <paramref name="lost"/> takes in those that should be there and cannot be read.</summary>
    public List<SpoolEvent> Read(long after, int limit, List<long> lost)
    {
        var found = new List<SpoolEvent>();
        foreach (var segment in segments.Where(segment => segment.Waiting > 0 && segment.Last > after).TakeWhile(_ => found.Count < limit))
        {
            var start = next.Segment == segment && next.Position <= after ? next.Offset : SpoolContents.HeaderBytes;
            var length = (int)Math.Max(0, segment.Length - start);
            input = input.Length < length ? new byte[length] : input;
            var reader = new RecordReader(options.Disk.Read(segment.Path, input.AsSpan(0, length), start));
            while (found.Count < limit && reader.Read())
            {
                if (reader.Kind == SpoolRecord.Event && reader.Position > after && reader.Position <= segment.Last)
                {
                    var entry = segment.IsWaiting(reader.Position) ? SpoolRecord.ReadEvent(reader.Position, reader.Body) : null;
                    lost.AddRange(segment.All(SpoolSlot.Waiting, after, entry is null ? reader.Position + 1 : reader.Position));
                    found.AddRange(entry is { } whole ? [whole] : []);
                    after = reader.Position;
                }

                next = (segment, start + reader.End, after);
            }

            lost.AddRange(found.Count < limit ? segment.All(SpoolSlot.Waiting, after) : []);
        }

        return found;
    }

    /// <summary>Waits until the disk has all of it.</summary>
    public void Sync()
    {
        if (active is not null)
        {
            options.Disk.Write(active, [], segments[^1].Length, syncs: true);
        }
    }

    public void Dispose() => active?.Dispose();

    private static List<(long First, long Last)> Ranges(IEnumerable<long> positions) =>
        [.. positions.Distinct().Order().Select((position, index) => (position, Run: position - index)).GroupBy(one => one.Run, one => one.position).Select(run => (run.First(), run.Last()))];

    /// <summary>Begins another file when the newest has no room for the output, or its first event is too old. Events leave room for one more file of marks.</summary>
    private void Begin(DateTimeOffset? storedAt)
    {
        var newest = segments.LastOrDefault();
        var limit = options.SegmentBytes + (storedAt is null ? ReserveBytes : 0);
        if (active is not null && (newest!.Stored is null || (newest.Length + output.Length <= limit && !(storedAt - newest.Stored?.First > options.MaxAge / SpansInMaxAge))))
        {
            return;
        }

        var room = Math.Max(options.SegmentBytes, output.Length) + ReserveBytes;
        if (Bytes + ((storedAt is null ? 1 : 2) * room) > options.MaxBytes)
        {
            throw new SpoolFullException(DropCause.Full);
        }

        Sync();
        var begun = new MemoryStream();
        begun.Write(SpoolContents.Header());
        SpoolRecord.Write(begun, new SpoolMark(Last, Dropped, []));
        var number = (newest?.Number ?? 0) + 1;
        var segment = new SpoolSegment(number, SpoolContents.PathOf(options.Folder, number), Last + 1) { Length = begun.Length };
        var file = options.Disk.Create(segment.Path, begun.ToArray(), room);
        if (active is { } full)
        {
            RandomAccess.SetLength(full, newest!.Length); // gives back the room that it does not use
            full.Dispose();
        }

        active = file;
        segments.Add(segment);
    }

    /// <summary>Deletes a file, or tries again after the next write. The last one that was damaged is kept, so that somebody can look at it.</summary>
    private bool TryDelete(SpoolSegment segment)
    {
        try
        {
            if (segment.IsDamaged)
            {
                File.Move(segment.Path, Path.Combine(options.Folder, "damaged"), overwrite: true);
            }

            File.Delete(segment.Path);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
