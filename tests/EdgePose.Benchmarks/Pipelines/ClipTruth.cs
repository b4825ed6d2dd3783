using System.Text.Json;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>The exact people of a rendered clip, and how many of them are found.</summary>
internal static class ClipTruth
{
    private const float MinOks = 0.5f;
    private const int MinVisible = 8;

    /// <summary>Of the people who show eight keypoints: how many are found at an OKS of 0.5, by group.</summary>
    public static IEnumerable<(string Group, int Found, int All)> Recall(string truthPath, IEnumerable<ClipPeople.Person> people)
    {
        var byFrame = people.ToLookup(person => person.Frame);
        var counts = new SortedDictionary<string, (int Found, int All)>(StringComparer.Ordinal);
        using var document = JsonDocument.Parse(File.ReadAllText(truthPath));
        foreach (var annotation in document.RootElement.GetProperty("annotations").EnumerateArray())
        {
            var truth = TrackScore.Person.Read(annotation);
            var visible = truth.Keypoints.Select(keypoint => keypoint.Confidence >= 1 ? keypoint : default).ToArray();
            if (visible.Count(keypoint => keypoint.IsPresent) < MinVisible)
            {
                continue;
            }

            var found = byFrame[truth.Frame].Any(person => Oks.Between(Skeletons.Coco17, visible, person.Keypoints, truth.Area) >= MinOks) ? 1 : 0;
            foreach (var group in Groups(annotation))
            {
                var (before, all) = counts.GetValueOrDefault(group);
                counts[group] = (before + found, all + 1);
            }
        }

        return counts.Select(pair => (pair.Key, pair.Value.Found, pair.Value.All));
    }

    private static IEnumerable<string> Groups(JsonElement annotation)
    {
        var box = annotation.GetProperty("bbox");
        var action = annotation.GetProperty("action").GetString();
        var tallest = Math.Max(box[2].GetSingle(), box[3].GetSingle());
        yield return "all";
        yield return tallest < 40 ? "below 40 px" : tallest < 80 ? "40 to 80 px" : tallest < 120 ? "80 to 120 px" : "from 120 px";
        if (action is "lie" or "drop")
        {
            yield return action == "lie" ? "lies" : "falls";
        }
    }
}
