using EdgePose.Tracking;

namespace EdgePose.Tests.Tracking;

/// <summary>Counts how well ids hold, over the poses that the tracker was given: switches (CLEAR MOT) and IDF1 (Ristani et al. 2016).</summary>
public sealed class IdentityScore
{
    private readonly Dictionary<(int Person, long Id), int> together = [];
    private readonly Dictionary<int, long> first = [];
    private readonly Dictionary<int, long> latest = [];
    private int posesSeen;
    private int posesTracked;

    public int Switches { get; private set; }

    public IReadOnlyCollection<long> IdsOf(int person) => [.. together.Keys.Where(k => k.Person == person).Select(k => k.Id).Order()];

    public long FirstId(int person) => first[person];

    public long LatestId(int person) => latest[person];

    public void Add(Scene scene, Tracker tracker)
    {
        posesSeen += scene.Owners.Count;
        foreach (Track track in tracker.Visible)
        {
            posesTracked++;
            int person = scene.Owners[track.PoseIndex];
            together[(person, track.Id)] = together.GetValueOrDefault((person, track.Id)) + 1;
            if (latest.TryGetValue(person, out long id) && id != track.Id)
            {
                Switches++;
            }

            first.TryAdd(person, track.Id);
            latest[person] = track.Id;
        }
    }

    /// <summary>2 IDTP / (poses seen + poses tracked), where IDTP is the best one-to-one naming of people by ids.</summary>
    public double Idf1()
    {
        int[] people = [.. together.Keys.Select(k => k.Person).Distinct()];
        long[] ids = [.. together.Keys.Select(k => k.Id).Distinct()];
        int n = Math.Max(people.Length, ids.Length);
        float[] costs = new float[n * n];
        for (int i = 0; i < people.Length; i++)
        {
            for (int j = 0; j < ids.Length; j++)
            {
                costs[(i * n) + j] = -together.GetValueOrDefault((people[i], ids[j]));
            }
        }

        int[] columns = new int[n];
        new Assignment(n).Solve(costs, n, n, columns);
        double agreed = -columns.Select((column, row) => costs[(row * n) + column]).Sum();
        return 2 * agreed / (posesSeen + posesTracked);
    }
}
