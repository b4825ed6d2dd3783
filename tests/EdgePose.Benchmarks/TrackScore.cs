using System.Text.Json;
using EdgePose.Decoding;
using EdgePose.Tracking;

namespace EdgePose.Benchmarks;

/// <summary>
/// How well tracks follow people whose places are known: misses, false positives and switches (CLEAR MOT; Bernardin and Stiefelhagen 2008) and IDF1
/// (Ristani et al. 2016). A track and a person are one in a frame from an OKS of 0.5. Who shows fewer than 8 keypoints, or is smaller than 40 px, need not be found.
/// </summary>
internal sealed class TrackScore
{
    private const float MinOks = 0.5f;
    private const int MinVisible = 8;
    private const float MinHeightPx = 40;

    private readonly Dictionary<(int Person, long Id), int> together = [];
    private readonly Dictionary<int, long> latest = [];
    private readonly Dictionary<int, bool> followed = [];
    private readonly PoseMapper toCoco17 = new(Skeletons.Coco18, Skeletons.Coco17);
    private readonly PoseList one = new(Skeletons.Coco18);
    private readonly PoseList mapped = new(Skeletons.Coco17);

    public int People { get; private set; }

    public int Tracked { get; private set; }

    public int Misses { get; private set; }

    public int FalsePositives { get; private set; }

    public int Switches { get; private set; }

    public int Fragments { get; private set; }

    public double Mota => 1 - ((Misses + FalsePositives + Switches) / (double)People);

    /// <summary>The people of each frame: track id, box height, area, and 17 keypoints whose confidence is 1 where visible, 0.5 where hidden.</summary>
    public static ILookup<int, Person> LoadPeople(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.GetProperty("annotations").EnumerateArray().Select(Person.Read).ToLookup(person => person.Frame);
    }

    /// <summary>Runs a tracker over poses that were found, and scores it.</summary>
    public static TrackScore Of(ClipPoses clip, ILookup<int, Person> people, TrackerOptions options)
    {
        var tracker = new Tracker(Skeletons.Coco18, options);
        var score = new TrackScore();
        for (var frame = 0; frame < clip.Frames.Count; frame++)
        {
            tracker.Update(clip.Frames[frame], TimeSpan.FromSeconds(frame / clip.FramesPerSecond));
            score.Add([.. people[frame]], tracker.Visible);
        }

        return score;
    }

    /// <summary>2 IDTP / (people + tracked), where IDTP is the best one-to-one naming of people by ids.</summary>
    public double Idf1()
    {
        int[] people = [.. together.Keys.Select(key => key.Person).Distinct()];
        long[] ids = [.. together.Keys.Select(key => key.Id).Distinct()];
        var n = Math.Max(people.Length, ids.Length);
        var costs = new float[n * n];
        for (var i = 0; i < people.Length; i++)
        {
            for (var j = 0; j < ids.Length; j++)
            {
                costs[(i * n) + j] = -together.GetValueOrDefault((people[i], ids[j]));
            }
        }

        var columns = new int[n];
        new Assignment(n).Solve(costs, n, n, columns);
        return -2.0 * columns.Select((column, row) => costs[(row * n) + column]).Sum() / (People + Tracked);
    }

    private void Add(Person[] people, ReadOnlySpan<Track> tracks)
    {
        var pairs = new List<(float Oks, int Person, int Track)>();
        for (var t = 0; t < tracks.Length; t++)
        {
            one.Clear();
            one.TryAdd(1, out var keypoints);
            tracks[t].Keypoints.CopyTo(keypoints);
            toCoco17.Map(one, mapped);
            for (var p = 0; p < people.Length; p++)
            {
                pairs.Add((Oks.Between(Skeletons.Coco17, people[p].Keypoints, mapped[0].Keypoints, people[p].Area), p, t));
            }
        }

        var (takenPeople, takenTracks) = (new HashSet<int>(), new HashSet<int>());
        foreach (var (_, p, t) in pairs.Where(pair => pair.Oks >= MinOks).OrderByDescending(pair => pair.Oks))
        {
            if (!takenPeople.Contains(p) && takenTracks.Add(t))
            {
                takenPeople.Add(p);
                if (people[p].Counts)
                {
                    Match(people[p].Id, tracks[t].Id);
                }
            }
        }

        for (var p = 0; p < people.Length; p++)
        {
            if (people[p].Counts)
            {
                People++;
                Misses += takenPeople.Contains(p) ? 0 : 1;
                Fragments += takenPeople.Contains(p) && followed.TryGetValue(people[p].Id, out var before) && !before ? 1 : 0;
                followed[people[p].Id] = takenPeople.Contains(p);
            }
        }

        FalsePositives += tracks.Length - takenTracks.Count;
        Tracked += tracks.Length - takenTracks.Count;
    }

    private void Match(int person, long id)
    {
        Tracked++;
        together[(person, id)] = together.GetValueOrDefault((person, id)) + 1;
        Switches += latest.TryGetValue(person, out var before) && before != id ? 1 : 0;
        latest[person] = id;
    }

    /// <summary>A person of the exact labels.</summary>
    internal sealed record Person(int Frame, int Id, float Area, bool Counts, Keypoint[] Keypoints)
    {
        public static Person Read(JsonElement annotation)
        {
            var values = annotation.GetProperty("keypoints").EnumerateArray().Select(value => value.GetSingle()).ToArray();
            var box = annotation.GetProperty("bbox").EnumerateArray().Select(value => value.GetSingle()).ToArray();
            var visible = Enumerable.Range(0, 17).Count(k => values[(3 * k) + 2] == 2);
            return new(
                annotation.GetProperty("image_id").GetInt32(), annotation.GetProperty("track_id").GetInt32(), annotation.GetProperty("area").GetSingle(),
                visible >= MinVisible && box[3] >= MinHeightPx,
                [.. Enumerable.Range(0, 17).Select(k => new Keypoint(values[3 * k], values[(3 * k) + 1], values[(3 * k) + 2] / 2))]);
        }
    }
}
