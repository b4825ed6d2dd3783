using System.Diagnostics;
using EdgePose.Decoding;

namespace EdgePose.Benchmarks;

/// <summary>Maps -> people on one core, in units of OpenCV's cubic x4 resize of the same maps in the same run: a unit that holds on any machine.</summary>
internal static class Grouping
{
    private const int Rounds = 400;

    /// <summary>Prints a row for real pictures at two heights and for drawn crowds; a folder named in the arguments keeps the real maps for the next run.</summary>
    public static int Run(string[] arguments)
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
        {
            using var process = Process.GetCurrentProcess();
            process.ProcessorAffinity = 1;
        }

        Console.WriteLine("maps                    cells   decode us   resize us (layout)      ratio   goal   people       B/call");
        foreach (var (people, goal) in new[] { (10, 0.08), (30, 0.3), (60, 1.0) })
        {
            var (maps, drawn) = DrawnMaps.Crowd(people, 32, 57, 0.02f, seed: 1);
            var picture = new PictureMaps(0, 1, 32, 57, maps.HeatmapValues, maps.PafValues);
            Print($"{people} people", Measure(picture, Rounds), goal, drawn);
        }

        if (SharedMaterial.Find(TeacherMaps.NetworkPath) is null)
        {
            Console.WriteLine($"real pictures skipped: {SharedMaterial.Missing(TeacherMaps.NetworkPath)}");
            return 0;
        }

        foreach (var height in new[] { 256, 368 })
        {
            var rows = TeacherMaps.Of(height, arguments.FirstOrDefault()).Select(picture => Measure(picture, Rounds / 20)).ToList();
            double MedianOf(Func<Row, double> figure) => PairedTimer.Median([.. rows.Select(figure)]);
            Print($"{rows.Count} pictures, {height} px", rows[0] with { DecodeUs = MedianOf(row => row.DecodeUs), ResizeUs = MedianOf(row => row.ResizeUs), Ratio = MedianOf(row => row.Ratio) }, 0.03, null);
        }

        return 0;
    }

    private sealed record Row(string Cells, double DecodeUs, double ResizeUs, string Layout, double Ratio, long BytesPerCall, PoseList Poses);

    private static Row Measure(PictureMaps maps, int rounds)
    {
        var decoder = new PoseDecoder(Skeletons.Coco18, new());
        var poses = new PoseList(Skeletons.Coco18);
        void Decode() => decoder.Decode(maps.Heatmaps, maps.Pafs, poses);
        using var resize = new CubicResize(maps);
        var planes = PairedTimer.Compare(Decode, resize.Planes, rounds);
        var interleaved = PairedTimer.Compare(Decode, resize.Interleaved, rounds);
        var isPlanes = planes.UnitUs < interleaved.UnitUs;
        var (decodeUs, resizeUs, ratio) = isPlanes ? planes : interleaved;

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
        {
            Decode();
        }

        var bytes = GC.GetAllocatedBytesForCurrentThread() - before; // read before the row's own text is made, which was once counted with it
        return new($"{maps.HeightCells}x{maps.WidthCells}", decodeUs, resizeUs, isPlanes ? "planes" : "interleaved", ratio, bytes / 10, poses);
    }

    private static void Print(string name, Row row, double goal, Keypoint[][]? drawn)
    {
        var people = drawn is null ? "" : $"{DrawnMaps.Found(row.Poses, drawn)} of {drawn.Length}";
        Console.WriteLine($"{name,-22} {row.Cells,6} {row.DecodeUs,11:F1} {row.ResizeUs,11:F1} ({row.Layout,-11}) {row.Ratio,9:F4} {goal,6} {people,10} {row.BytesPerCall,8}");
    }
}
