namespace EdgePose.Inference;

/// <summary>Shape of the maps of one picture, as proved by a run.</summary>
internal sealed record NetworkOutputs(int HeatmapChannels, int PafChannels, int HeightCells, int WidthCells)
{
    public int HeatmapValues => HeatmapChannels * HeightCells * WidthCells;

    public int PafValues => PafChannels * HeightCells * WidthCells;
}
