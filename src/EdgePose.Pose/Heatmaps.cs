namespace EdgePose;

/// <summary>A typed view on a network's keypoint heatmaps for one picture: one channel a keypoint, then (where the network has it) background.</summary>
public readonly ref struct Heatmaps
{
    /// <summary>Makes a view.</summary>
    /// <param name="values">Channels x height x width, channel by channel, row by row.</param>
    /// <param name="channels">Number of channels, background included.</param>
    /// <param name="heightCells">Rows of cells.</param>
    /// <param name="widthCells">Cells a row.</param>
    /// <exception cref="ArgumentException"><paramref name="values"/> has another length than the shape.</exception>
    public Heatmaps(ReadOnlySpan<float> values, int channels, int heightCells, int widthCells)
    {
        MapShape.Check(values.Length, channels, heightCells, widthCells);
        Values = values;
        Channels = channels;
        HeightCells = heightCells;
        WidthCells = widthCells;
    }

    /// <summary>Channels x height x width.</summary>
    public ReadOnlySpan<float> Values { get; }

    /// <summary>Number of channels, background included.</summary>
    public int Channels { get; }

    /// <summary>Rows of cells; a cell is as many network pixels as the network's stride.</summary>
    public int HeightCells { get; }

    /// <summary>Cells a row.</summary>
    public int WidthCells { get; }

    /// <summary>Whether every value is a number: a network whose weights or precision are broken gives NaN or infinities.</summary>
    public bool AreFinite => MapShape.AreFinite(Values);

    /// <summary>One channel, row by row.</summary>
    public ReadOnlySpan<float> Channel(int index) => Values.Slice(index * HeightCells * WidthCells, HeightCells * WidthCells);
}
