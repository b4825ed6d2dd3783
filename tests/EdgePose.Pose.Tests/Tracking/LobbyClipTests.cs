using System.Text.Json;
using EdgePose.Decoding;
using EdgePose.Tracking;

namespace EdgePose.Tests.Tracking;

/// <summary>
/// The bundled clip's exact people, as a fair network would find them: visible keypoints alone, a little off, some missed. What the bundled network makes of the
/// clip is in docs/tracking.md.
/// </summary>
public sealed class LobbyClipTests(ITestOutputHelper output)
{
    private const float Confidence = 0.85f;

    // Five people, of whom one is behind a pillar, or out of sight, for six seconds and comes back as somebody new.
    private const int IdsWithoutLoss = 6;

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    public void The_people_of_the_bundled_clip_keep_their_ids_through_every_crossing_and_the_fall(int everyNth, bool followsFalls)
    {
        var frames = Load();
        for (var seed = 0; seed < 5; seed++)
        {
            var random = new Random(seed);
            Tracker tracker = new(Skeletons.Coco18, new TrackerOptions());
            Dictionary<int, HashSet<long>> idsOf = [];
            var (switches, owners) = (0, new Dictionary<long, int>());
            for (var frame = 0; frame < frames.Count; frame += everyNth)
            {
                var (poses, people) = Find(frames[frame], random);
                tracker.FollowsFalls = followsFalls;
                tracker.Update(poses, TimeSpan.FromSeconds(frame / 15.0));
                foreach (var track in tracker.Visible)
                {
                    var person = people[track.PoseIndex];
                    idsOf.TryAdd(person, []);
                    idsOf[person].Add(track.Id);
                    switches += owners.TryGetValue(track.Id, out var owner) && owner != person ? 1 : 0;
                    owners[track.Id] = person;
                }
            }

            output.WriteLine($"seed {seed}: {switches} switches; {string.Join(", ", idsOf.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {string.Join(' ', pair.Value.Order())}"))}");
            Assert.Equal(5, idsOf.Count);
            Assert.Equal(0, switches);
            Assert.InRange(idsOf.Values.Sum(ids => ids.Count), IdsWithoutLoss, IdsWithoutLoss + (followsFalls ? 0 : 1)); // unless falls are followed, who falls may come out as somebody new, but never as somebody else
        }
    }

    private static (PoseList Poses, List<int> People) Find(IEnumerable<(int Person, Keypoint[] Keypoints, float HeightPx)> truth, Random random)
    {
        PoseList exact = new(Skeletons.Coco17);
        List<int> people = [];
        foreach (var (person, keypoints, height) in truth)
        {
            var visible = keypoints.Count(keypoint => keypoint.IsPresent);
            if (visible < 4 || random.Next(20) == 0)
            {
                continue;
            }

            // The decoder's score: the geometric mean of the confidence over what was found and over what a whole person has.
            exact.TryAdd(Confidence * MathF.Sqrt(visible / 17f), out var found);
            for (var k = 0; k < 17; k++)
            {
                if (keypoints[k].IsPresent && random.Next(20) != 0)
                {
                    found[k] = new Keypoint(keypoints[k].X + Noise(random, height), keypoints[k].Y + Noise(random, height), Confidence);
                }
            }

            people.Add(person);
        }

        PoseList poses = new(Skeletons.Coco18);
        new PoseMapper(Skeletons.Coco17, Skeletons.Coco18).Map(exact, poses);
        return (poses, people);
    }

    /// <summary>1 % of the height, about normal.</summary>
    private static float Noise(Random random, float heightPx) => 0.01f * heightPx * (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2;

    private static IReadOnlyList<List<(int Person, Keypoint[] Keypoints, float HeightPx)>> Load()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "EdgePose.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("no EdgePose.sln above the tests");
        }

        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.FullName, "scenes", "lobby.json")));
        var frames = Enumerable.Range(0, document.RootElement.GetProperty("images").GetArrayLength()).Select(_ => new List<(int, Keypoint[], float)>()).ToArray();
        foreach (var annotation in document.RootElement.GetProperty("annotations").EnumerateArray())
        {
            var values = annotation.GetProperty("keypoints").EnumerateArray().Select(value => value.GetSingle()).ToArray();
            Keypoint[] keypoints = [.. Enumerable.Range(0, 17).Select(k => values[(3 * k) + 2] == 2 ? new Keypoint(values[3 * k], values[(3 * k) + 1], 1) : default)];
            frames[annotation.GetProperty("image_id").GetInt32()].Add((annotation.GetProperty("track_id").GetInt32(), keypoints, annotation.GetProperty("bbox")[3].GetSingle()));
        }

        return frames;
    }
}
