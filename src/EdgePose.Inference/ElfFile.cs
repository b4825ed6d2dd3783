using System.Buffers.Binary;
using System.Text;

namespace EdgePose.Inference;

/// <summary>Reads which libraries a shared object needs. Source of the layout: the System V ABI, chapters "Program Header" and "Dynamic Section".</summary>
internal static class ElfFile
{
    private const uint Magic = 0x464C457F; // 0x7F 'E' 'L' 'F', read as a little-endian number
    private const uint SegmentLoad = 1;
    private const uint SegmentDynamic = 2;
    private const ulong TagNeeded = 1;
    private const ulong TagStringTable = 5;
    private const int HeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const int LongestName = 256;

    /// <summary>The names of its DT_NEEDED entries, in order; none when the file is not a 64-bit little-endian shared object.</summary>
    /// <param name="path">The shared object. Only its headers, its dynamic section and the names are read.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<string> Needed(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] header = Read(file, 0, HeaderSize);
        if (header.Length < HeaderSize || U32(header, 0) != Magic || header[4] != 2 || header[5] != 1)
        {
            return [];
        }

        byte[] segments = Read(file, U64(header, 32), ProgramHeaderSize * BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(56)));
        var loads = new List<(ulong Address, ulong Size, ulong Offset)>();
        byte[] dynamic = [];
        for (int at = 0; at + ProgramHeaderSize <= segments.Length; at += ProgramHeaderSize)
        {
            ulong offset = U64(segments, at + 8), address = U64(segments, at + 16), size = U64(segments, at + 32);
            switch (U32(segments, at))
            {
                case SegmentLoad:
                    loads.Add((address, size, offset));
                    break;
                case SegmentDynamic:
                    dynamic = Read(file, offset, (int)Math.Min(size, 1 << 20));
                    break;
            }
        }

        var entries = new List<(ulong Tag, ulong Value)>();
        for (int at = 0; at + 16 <= dynamic.Length; at += 16)
        {
            entries.Add((U64(dynamic, at), U64(dynamic, at + 8)));
        }

        ulong table = entries.FirstOrDefault(entry => entry.Tag == TagStringTable).Value;
        (ulong start, _, ulong begins) = loads.FirstOrDefault(load => table >= load.Address && table - load.Address < load.Size);
        return [.. entries.Where(entry => entry.Tag == TagNeeded).Select(entry => Name(Read(file, table - start + begins + entry.Value, LongestName)))];
    }

    private static string Name(byte[] bytes)
    {
        int end = Array.IndexOf(bytes, (byte)0);
        return Encoding.UTF8.GetString(bytes, 0, end < 0 ? bytes.Length : end);
    }

    private static byte[] Read(FileStream file, ulong offset, int length)
    {
        var bytes = new byte[length];
        file.Position = (long)Math.Min(offset, (ulong)file.Length);
        return bytes[..file.ReadAtLeast(bytes, length, throwOnEndOfStream: false)];
    }

    private static uint U32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private static ulong U64(byte[] bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
}
