namespace EdgePose.Daemon.Configuration;

/// <summary>Offsets in a text to lines and columns.</summary>
internal readonly struct TextPlaces
{
    private readonly int[] _lineStarts;

    /// <summary>Finds the lines of <paramref name="bytes"/>.</summary>
    public TextPlaces(ReadOnlySpan<byte> bytes)
    {
        var starts = new List<int> { 0 };
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == (byte)'\n')
            {
                starts.Add(i + 1);
            }
        }

        _lineStarts = [.. starts];
    }

    /// <summary>Line and column (in bytes) of an offset, both from 1.</summary>
    public (int Line, int Column) Of(int offset)
    {
        var found = Array.BinarySearch(_lineStarts, offset);
        var line = found >= 0 ? found : ~found - 1;
        return (line + 1, offset - _lineStarts[line] + 1);
    }
}
