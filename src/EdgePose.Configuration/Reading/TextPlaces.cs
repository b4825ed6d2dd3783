namespace EdgePose.Configuration.Reading;

/// <summary>Converts offsets in a text to lines and columns.</summary>
internal readonly struct TextPlaces
{
    private readonly int[] _lineStarts;
    private readonly ConfigurationSource _source;

    /// <summary>Finds the lines of <paramref name="bytes"/>, which <paramref name="source"/> holds.</summary>
    public TextPlaces(ReadOnlySpan<byte> bytes, ConfigurationSource source)
    {
        _source = source;
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
    public ConfigurationPlace Of(int offset)
    {
        var found = Array.BinarySearch(_lineStarts, offset);
        var line = found >= 0 ? found : ~found - 1;
        return new(_source, line + 1, offset - _lineStarts[line] + 1);
    }
}
