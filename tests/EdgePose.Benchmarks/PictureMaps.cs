namespace EdgePose.Benchmarks;

/// <summary>What a network saw in one picture.</summary>
/// <param name="ImageId">COCO's number of the picture.</param>
/// <param name="Scale">Network pixels a source pixel.</param>
/// <param name="HeightCells">Rows of cells.</param>
/// <param name="WidthCells">Cells a row, padding left out.</param>
/// <param name="HeatmapValues">19 channels, the last is background.</param>
/// <param name="PafValues">38 channels.</param>
public sealed record PictureMaps(long ImageId, double Scale, int HeightCells, int WidthCells, float[] HeatmapValues, float[] PafValues)
{
    /// <summary>COCO-18 and background.</summary>
    public const int HeatmapChannels = 19;

    /// <summary>Two a limb.</summary>
    public const int PafChannels = 38;

    /// <summary>Network pixels a cell.</summary>
    public const int Stride = 8;

    /// <summary>The heatmaps as the decoder takes them.</summary>
    public Heatmaps Heatmaps => new(HeatmapValues, HeatmapChannels, HeightCells, WidthCells);

    /// <summary>The PAFs as the decoder takes them.</summary>
    public Pafs Pafs => new(PafValues, PafChannels, HeightCells, WidthCells);

    /// <summary>From cells to source pixels: pixel centres lie on whole numbers in both.</summary>
    public double ToSourcePx(double cells) => ((cells + 0.5) * Stride / Scale) - 0.5;
}
