using System.Globalization;
using EdgePose.Tracking;

namespace EdgePose.Benchmarks;

/// <summary>Tracker thresholds on real decoder scores: the bundled clip with its exact people, and (where they are) real clips without labels.</summary>
internal static class Tracking
{
    private static readonly float[] Highs = [0.2f, 0.25f, 0.3f, 0.35f, 0.4f, 0.45f, 0.5f, 0.55f, 0.6f];
    private static readonly float[] Lows = [0.05f, 0.1f, 0.15f, 0.2f, 0.25f];

    /// <summary>Prints a table a network. Arguments: names of networks (v0, teacher); --clips also runs the real clips.</summary>
    public static int Run(string[] arguments)
    {
        var root = Root();
        var folder = Directory.CreateTempSubdirectory("edgepose-tracking-");
        List<(string Name, string Manifest)> networks = [("v0", Path.Combine(root, "models", "edgepose-v0.json"))];
        if (SharedMaterial.Find(TeacherMaps.NetworkPath) is { } teacher)
        {
            networks.Add(("teacher", ClipPoses.TeacherManifest(folder.FullName, teacher)));
        }

        var people = TrackScore.LoadPeople(Path.Combine(root, "scenes", "lobby.json"));
        foreach (var (name, manifest) in networks.Where(network => !arguments.Any(argument => argument[0] != '-') || arguments.Contains(network.Name)))
        {
            var lobby = ClipPoses.Of(manifest, Path.Combine(root, "scenes", "lobby.mp4"));
            PrintScores(name, lobby);
            foreach (var (rate, clip) in new[] { ("15 fps", lobby), ("5 fps", EveryThird(lobby)) })
            {
                PrintGrid(name, rate, clip, rate == "15 fps" ? people : people.Where(frame => frame.Key % 3 == 0).SelectMany(frame => frame).ToLookup(person => person.Frame / 3));
            }

            if (arguments.Contains("--clips") && SharedMaterial.Find("data/clips") is { } clips)
            {
                PrintUnlabelled(name, manifest, clips);
            }
        }

        folder.Delete(recursive: true);
        return 0;
    }

    private static ClipPoses EveryThird(ClipPoses clip) => new(clip.FramesPerSecond / 3, [.. clip.Frames.Where((_, i) => i % 3 == 0)]);

    private static void PrintScores(string name, ClipPoses clip)
    {
        var scores = clip.Frames.SelectMany(poses => Enumerable.Range(0, poses.Count).Select(i => poses[i].Score)).Order().ToArray();
        Console.WriteLine($"{name}: {scores.Length} poses in {clip.Frames.Count} frames; scores at 5, 10, 25, 50, 75, 90 %: "
            + string.Join(' ', new[] { .05, .1, .25, .5, .75, .9 }.Select(share => scores[(int)(share * (scores.Length - 1))].ToString("0.00", CultureInfo.InvariantCulture))));
    }

    private static void PrintGrid(string name, string rate, ClipPoses clip, ILookup<int, TrackScore.Person> people)
    {
        Console.WriteLine($"{name}, lobby, {rate}\nhigh  low   IDF1   MOTA   misses  false  switches  fragments");
        foreach (var high in Highs)
        {
            foreach (var low in Lows.Where(low => low <= high))
            {
                var score = TrackScore.Of(clip, people, new TrackerOptions { HighScore = high, LowScore = low });
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{high:0.00}  {low:0.00}  {score.Idf1():0.000}  {score.Mota:0.000}  {score.Misses,6}  {score.FalsePositives,5}  {score.Switches,8}  {score.Fragments,9}"));
            }
        }
    }

    /// <summary>Without labels: how many tracks there are, how many are shorter than a second (mostly ghosts and lost ids), and how many person-seconds they cover.</summary>
    private static void PrintUnlabelled(string name, string manifest, string folder)
    {
        var clips = Directory.GetFiles(folder, "*.mp4").Order(StringComparer.Ordinal).Select(file => ClipPoses.Of(manifest, file)).ToArray();
        Console.WriteLine($"{name}, {clips.Length} real clips, {clips.Sum(clip => clip.Frames.Count / clip.FramesPerSecond):0} s\nhigh  low   tracks  under 1 s  person-seconds");
        foreach (var high in Highs)
        {
            foreach (var low in Lows.Where(low => low <= high))
            {
                var (tracks, brief, seconds) = (0, 0, 0.0);
                foreach (var clip in clips)
                {
                    var tracker = new Tracker(Skeletons.Coco18, new TrackerOptions { HighScore = high, LowScore = low });
                    var seen = new Dictionary<long, int>();
                    for (var frame = 0; frame < clip.Frames.Count; frame++)
                    {
                        tracker.Update(clip.Frames[frame], TimeSpan.FromSeconds(frame / clip.FramesPerSecond));
                        foreach (var track in tracker.Visible)
                        {
                            seen[track.Id] = seen.GetValueOrDefault(track.Id) + 1;
                        }
                    }

                    tracks += seen.Count;
                    brief += seen.Values.Count(frames => frames < clip.FramesPerSecond);
                    seconds += seen.Values.Sum() / clip.FramesPerSecond;
                }

                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{high:0.00}  {low:0.00}  {tracks,6}  {brief,9}  {seconds,14:0}"));
            }
        }
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EdgePose.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The benchmark runs from a checkout, which is not above this program.");
    }
}
