using System.Buffers.Binary;
using System.Globalization;

namespace EdgePose.Delivery.Spool;

/// <summary>A newer version wrote the spool. It is left as it is.</summary>
internal sealed class SpoolVersionException(string file, long version, long known) : IOException(
    $"a newer version of EdgePose wrote {file} (format {version}; this one reads up to {known}), so it is left as it is. Install the newer version again, or set another spool.path");

/// <summary>
/// What is in the files of a spool. Opening reads each file once, whether the daemon was stopped, was killed or lost its power, and whether a file is damaged: there is no other way to open one.
/// Nothing is written.
/// </summary>
internal sealed class SpoolContents
{
    /// <summary>The version of the files. Version 1 was a SQLite file.</summary>
    public const uint Version = 2;

    /// <summary>Bytes before the first record: magic (8), version (4), CRC-32C of these 12 (4). No version may change these.</summary>
    public const int HeaderBytes = 16;

    /// <summary>The most positions that one record can leave out: more than any outage of a disk makes. Beyond it a record is not believed, or it could fill the memory.</summary>
    private const long MostMissing = 1L << 26;

    private readonly List<(long First, long Last)> gone = [];

    /// <summary>Reads all files of a folder.</summary>
    /// <exception cref="SpoolVersionException">A newer version wrote one.</exception>
    public SpoolContents(string folder, SpoolDisk disk)
    {
        byte[] buffer = [];
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*.seg").OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            if (int.TryParse(Path.GetFileNameWithoutExtension(file.Name), CultureInfo.InvariantCulture, out var number))
            {
                buffer = buffer.Length < file.Length ? new byte[file.Length] : buffer;
                Take(number, file.FullName, disk.Read(file.FullName, buffer.AsSpan(0, (int)file.Length), 0));
            }
        }

        Segments.ForEach(segment => gone.ForEach(range => segment.Forget(range.First, range.Last)));
        Lost = [.. Segments.SelectMany(segment => segment.All(SpoolSlot.Missing))];
        Lost.ForEach(position => Segments.Find(segment => segment.Last >= position)!.Forget(position, position));
    }

    public List<SpoolSegment> Segments { get; } = []; // the files, oldest first
    public bool CanGrow { get; private set; } // whether the newest takes more records
    public long Last => Segments.Count > 0 ? Segments[^1].Last : 0; // the highest position given
    public List<long> Lost { get; } // positions whose events were stored and cannot be read
    public DropCounts Dropped { get; private set; }

    private static ReadOnlySpan<byte> Magic => "EPspool\n"u8;

    public static string PathOf(string folder, int number) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{number:D10}.seg"));

    /// <summary>What a file begins with.</summary>
    public static byte[] Header()
    {
        byte[] header = [.. Magic, .. BitConverter.GetBytes(Version), 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), SpoolRecord.Checksum(header.AsSpan(0, 12)));
        return header;
    }

    private void Take(int number, string path, ReadOnlySpan<byte> bytes)
    {
        var isWhole = bytes.Length >= HeaderBytes && bytes.StartsWith(Magic) && BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) == SpoolRecord.Checksum(bytes[..12]);
        if (isWhole && BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) is > Version and var version)
        {
            throw new SpoolVersionException(path, version, Version);
        }

        var reader = new RecordReader(bytes[Math.Min(HeaderBytes, bytes.Length)..]);
        var segment = Segments.Count > 0 ? new SpoolSegment(number, path, Last + 1) : null;
        while (reader.Read())
        {
            // The first mark of a file names the position before its first.
            segment ??= new SpoolSegment(number, path, reader.Kind == SpoolRecord.Mark ? reader.Position + 1 : reader.Position);
            if (reader.Kind == SpoolRecord.Mark && reader.Position - segment.Last <= MostMissing)
            {
                var mark = SpoolRecord.ReadMark(reader.Position, reader.Body);
                segment.ExtendTo(mark.Last, SpoolSlot.Missing);
                Dropped = Dropped.AtLeast(mark.Dropped);
                gone.AddRange(mark.Gone);
            }
            else if (reader.Kind == SpoolRecord.Event && reader.Position > segment.Last && reader.Position - segment.Last <= MostMissing)
            {
                segment.Add(reader.Position, SpoolRecord.StoredAt(reader.Body));
            }
        }

        segment ??= new SpoolSegment(number, path, 1);
        (segment.Length, segment.IsDamaged) = (HeaderBytes + reader.End, reader.IsDamaged || (bytes.Length >= HeaderBytes && !isWhole));
        CanGrow = isWhole && !segment.IsDamaged;
        Segments.Add(segment);
    }
}
