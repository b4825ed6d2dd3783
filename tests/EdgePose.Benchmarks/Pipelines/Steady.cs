namespace EdgePose.Benchmarks.Pipelines;

/// <summary>The daemon in this process for ten minutes on one RTSP camera: no collection of generation 2, and nothing that grows.</summary>
internal static class Steady
{
    /// <summary>Until then code is compiled and buffers find their size.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(30);

    /// <summary>Runs it: <c>--minutes N</c>, <c>--network MANIFEST</c>.</summary>
    public static int Run(string[] arguments) => RunAsync(arguments).GetAwaiter().GetResult();

    private static async Task<int> RunAsync(string[] arguments)
    {
        var minutes = BundledNetwork.Number(arguments, "--minutes", 10);
        await using var rig = await LiveRig.StartAsync(arguments);
        var startup = System.Diagnostics.Stopwatch.GetTimestamp();
        while (rig.Service.Meter.Frames == 0)
        {
            await Task.Delay(100);
            if (System.Diagnostics.Stopwatch.GetElapsedTime(startup) > WarmUp)
            {
                Console.WriteLine("no frame came: run 'edgepose demo' to see why");
                return 1;
            }
        }

        await Task.Delay(WarmUp);
        Console.WriteLine($"after {WarmUp.TotalSeconds:0} s of warming up; the daemon alone is in this process; camera, decoder and broker have their own");
        Console.WriteLine("minute   frames   gen0  gen1  gen2   RSS MB   handles  threads   managed MB");
        var (frames, gen0, gen1, gen2) = (rig.Service.Meter.Frames, GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2));
        for (var minute = 0; minute <= minutes; minute++)
        {
            var figures = ProcessFigures.Of(Environment.ProcessId);
            Console.WriteLine(
                $"{minute,6} {rig.Service.Meter.Frames - frames,8} {GC.CollectionCount(0) - gen0,6} {GC.CollectionCount(1) - gen1,5} {GC.CollectionCount(2) - gen2,5} "
                + $"{figures.ResidentKilobytes / 1024.0,8:F1} {figures.Descriptors,9} {figures.Threads,8} {GC.GetTotalMemory(forceFullCollection: false) / 1048576.0,12:F1}");
            if (minute < minutes)
            {
                await Task.Delay(TimeSpan.FromMinutes(1));
            }
        }

        var collections = GC.CollectionCount(2) - gen2;
        Console.WriteLine($"collections of generation 2 in {minutes} minutes: {collections}; asked 0");
        return collections == 0 && rig.Service.Meter.Frames > frames ? 0 : 1;
    }
}
