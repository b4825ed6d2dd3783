namespace EdgePose.Delivery.Spool;

/// <summary>Reads records one after the other. Where one is damaged it goes on with the next that is whole.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;

    public int Kind { get; private set; }
    public long Position { get; private set; }
    public ReadOnlySpan<byte> Body { get; private set; }
    public int End { get; private set; } // of the last whole record

    /// <summary>Whether something damaged was skipped. A last record that the file cuts short is not damage: a kill leaves such a write.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Goes to the next whole record; false when there is none.</summary>
    public bool Read()
    {
        for (var at = End; at + SpoolRecord.HeaderBytes <= bytes.Length;)
        {
            if (SpoolRecord.ReadHeader(bytes[at..]) is not { } header)
            {
                IsDamaged |= bytes[at..].ContainsAnyExcept((byte)0); // room that was set aside and never written is zero
                var skip = bytes[(at + 1)..].IndexOf(SpoolRecord.Magic);
                at = skip < 0 ? bytes.Length : at + 1 + skip;
                continue;
            }

            var body = at + SpoolRecord.HeaderBytes;
            at = body + header.BodyBytes;
            if (at <= bytes.Length && SpoolRecord.Checksum(bytes[body..at]) == header.BodyChecksum)
            {
                (Kind, Position, End) = (header.Kind, header.Position, at);
                Body = bytes[body..at];
                return true;
            }

            IsDamaged |= at <= bytes.Length;
        }

        return false;
    }
}
