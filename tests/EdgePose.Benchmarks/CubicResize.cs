using OpenCvSharp;

namespace EdgePose.Benchmarks;

/// <summary>The unit of the grouping benchmark: OpenCV's cubic x4 resize of all maps, one thread, in the layout that OpenCV does faster.</summary>
internal sealed class CubicResize : IDisposable
{
    private const int Factor = 4;

    private readonly (Mat Small, Mat Large)[] planes;
    private readonly Mat smallInterleaved;
    private readonly Mat largeInterleaved = new();

    public CubicResize(PictureMaps maps)
    {
        Cv2.SetNumThreads(1);
        var cells = maps.HeightCells * maps.WidthCells;
        planes = [.. Enumerable.Range(0, PictureMaps.HeatmapChannels + PictureMaps.PafChannels).Select(_ => (new Mat(maps.HeightCells, maps.WidthCells, MatType.CV_32FC1), new Mat()))];
        for (var i = 0; i < planes.Length; i++)
        {
            var values = i < PictureMaps.HeatmapChannels ? maps.HeatmapValues.AsSpan(i * cells, cells) : maps.PafValues.AsSpan((i - PictureMaps.HeatmapChannels) * cells, cells);
            values.CopyTo(planes[i].Small.AsSpan<float>());
        }

        smallInterleaved = new Mat();
        Cv2.Merge([.. planes.Select(plane => plane.Small)], smallInterleaved);
    }

    /// <summary>Each map on its own.</summary>
    public void Planes()
    {
        foreach (var (small, large) in planes)
        {
            Cv2.Resize(small, large, default, Factor, Factor, InterpolationFlags.Cubic);
        }
    }

    /// <summary>All maps as the channels of one image.</summary>
    public void Interleaved() => Cv2.Resize(smallInterleaved, largeInterleaved, default, Factor, Factor, InterpolationFlags.Cubic);

    public void Dispose()
    {
        foreach (var (small, large) in planes)
        {
            small.Dispose();
            large.Dispose();
        }

        smallInterleaved.Dispose();
        largeInterleaved.Dispose();
    }
}
