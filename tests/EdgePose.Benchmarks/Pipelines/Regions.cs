using System.Globalization;
using EdgePose.Cameras.Sources;
using EdgePose.Cli.Replay;
using EdgePose.Compression.Evaluation;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Telemetry;
using EdgePose.Inference;
using EdgePose.Regions;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>
/// Looking at views against looking at each whole frame, on every clip: accuracy where the truth is known, and else how much of today's tracks is found again; network pixels, views and
/// processor time of both.
/// </summary>
internal static class Regions
{
    /// <summary>Runs it. <c>--clips a,b</c> only these; <c>--network MANIFEST</c>; <c>--budget SHARE</c>; <c>--only-on</c> leaves out the whole frames.</summary>
    public static int Run(string[] arguments) => RunAsync(arguments).GetAwaiter().GetResult();

    private static async Task<int> RunAsync(string[] arguments)
    {
        var only = BundledNetwork.Argument(arguments, "--clips")?.Split(',');
        var options = new RegionOptions
        {
            Enabled = true,
            Budget = BundledNetwork.Argument(arguments, "--budget") is { } budget ? double.Parse(budget, CultureInfo.InvariantCulture) : new RegionOptions().Budget,
            ViewWidthPx = BundledNetwork.Number(arguments, "--view-width", new RegionOptions().ViewWidthPx),
            ViewHeightPx = BundledNetwork.Number(arguments, "--view-height", new RegionOptions().ViewHeightPx),
        };
        var manifest = NetworkManifest.Load(BundledNetwork.Manifest(arguments));
        using var network = PoseNetwork.Open(
            manifest, new NetworkShape(BundledNetwork.HeightPx, BundledNetwork.WidthPx, 1), new ExecutionOptions { Providers = [ExecutionProvider.Cpu] }, views: NetworkPlan.ViewShape(options, manifest));
        using var whole = PoseNetwork.Open(manifest, network.Shape, new ExecutionOptions { Providers = [ExecutionProvider.Cpu] });
        network.Warm();
        whole.Warm();
        var folder = Directory.CreateTempSubdirectory("edgepose-regions-");
        foreach (var clip in Clips(folder.FullName).Where(clip => only is null || only.Contains(Path.GetFileNameWithoutExtension(clip))))
        {
            Console.WriteLine(Path.GetFileNameWithoutExtension(clip));
            var today = arguments.Contains("--only-on") ? null : await PlayAsync(clip, whole, options with { Enabled = false });
            var then = await PlayAsync(clip, network, options);
            if (today is not null)
            {
                Print("whole", today, clip);
            }

            Print("views", then, clip);
            if (today is not null)
            {
                PrintCompared(today, then);
            }
        }

        folder.Delete(recursive: true);
        return 0;
    }

    /// <summary>The rendered clips and a hall made of the lobby, whose truth is known, and the real ones where they are.</summary>
    private static IEnumerable<string> Clips(string scratch)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EdgePose.sln")))
            {
                var rendered = Directory.GetFiles(Path.Combine(folder.FullName, "scenes"), "*.mp4").Order(StringComparer.Ordinal);
                var mosaic = Path.Combine(scratch, "mosaic.avi");
                MosaicClip.Make(Path.Combine(folder.FullName, "scenes", "lobby.mp4"), mosaic);
                return rendered.Append(mosaic).Concat(SharedMaterial.Find("data/clips") is { } real ? Directory.GetFiles(real, "*.mp4").Order(StringComparer.Ordinal) : []);
            }
        }

        throw new InvalidOperationException("The benchmark runs from a checkout, which is not above this program.");
    }

    private static async Task<Played> PlayAsync(string clip, PoseNetwork network, RegionOptions options)
    {
        var (people, meter) = (new ClipPeople(network.Manifest.Skeleton), new PipelineMeter(TimeProvider.System));
        var size = options.Enabled ? (options.MaxFrameWidthPx, options.MaxFrameLinesPx) : (BundledNetwork.WidthPx, BundledNetwork.HeightPx);
        var camera = new CameraConfig { Id = "clip", Address = clip, Pace = SourcePace.AsFastAsPossible };
        using var pipeline = new OfflinePipeline([camera], network, size, TimeSpan.Zero, [people], meter, regions: options);
        var cpu = Environment.CpuUsage.TotalTime;
        if (await pipeline.RunAsync(CancellationToken.None) is { } failed)
        {
            throw new InvalidOperationException($"{clip}: {failed.Message}");
        }

        return new(people, meter, Environment.CpuUsage.TotalTime - cpu);
    }

    private static void Print(string name, Played played, string clip)
    {
        var frames = (double)played.People.Frames;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {name}: {played.Meter.Pixels / frames / 1000,6:0.0} kpx a frame; {played.Meter.Views(ViewKind.Whole) / frames:0.00} whole, {played.Meter.Views(ViewKind.Person) / frames:0.00} person, {played.Meter.Views(ViewKind.Search) / frames:0.00} search; {played.Cpu.TotalMilliseconds / frames:0.0} ms of processor a frame; {played.People.People.Select(person => person.Id).Distinct().Count()} tracks, {played.People.People.Count / frames:0.00} people a frame"));
        var truthPath = Path.ChangeExtension(clip, ".json");
        if (!File.Exists(truthPath))
        {
            return;
        }

        var ap = new CocoKeypointEvaluator(CocoDataset.Load(truthPath)).Evaluate(played.People.ToCoco());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"         AP {100 * ap.Ap:0.0} (AP50 {100 * ap.Ap50:0.0}, AP75 {100 * ap.Ap75:0.0}), AR {100 * ap.Ar:0.0}"));
        foreach (var (group, found, all) in ClipTruth.Recall(truthPath, played.People.People))
        {
            Console.WriteLine($"         {group}: {found} of {all}");
        }
    }

    /// <summary>How much of each of today's tracks that last a second the views find again.</summary>
    private static void PrintCompared(Played today, Played then)
    {
        var byFrame = then.People.People.ToLookup(person => person.Frame);
        var lost = 0;
        foreach (var track in today.People.People.GroupBy(person => person.Id).Where(track => track.Last().Seconds - track.First().Seconds >= 1))
        {
            var again = track.Count(person => byFrame[person.Frame].Any(other => other.Box.IntersectionOverUnion(person.Box) >= 0.3));
            if (again * 2 < track.Count())
            {
                lost++;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  lost: track {track.Key}, {track.First().Seconds:0.0} to {track.Last().Seconds:0.0} s, found again in {again} of {track.Count()} frames, height {track.Average(person => person.Box.HeightPx):0} px, score {track.Average(person => person.Score):0.00}"));
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  pixels {100.0 * then.Meter.Pixels / today.Meter.Pixels:0} %, processor {100 * (then.Cpu / today.Cpu):0} %, {lost} tracks lost"));
    }

    private sealed record Played(ClipPeople People, PipelineMeter Meter, TimeSpan Cpu);
}
