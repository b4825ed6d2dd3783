using EdgePose.Daemon.Settings;

namespace EdgePose.Configuration.Inspection;

/// <summary>What two configurations have not in common.</summary>
public static class ConfigurationDifference
{
    /// <summary>One line for each value: <c>path: old -> new</c>; of a camera that came or went, what is not a default: <c>+ path: new</c>, <c>- path: old</c>. What is secret is hidden.</summary>
    public static IReadOnlyList<string> Between(EdgePoseConfig from, EdgePoseConfig to)
    {
        var old = ConfigurationLeaves.Of(from).ToDictionary(leaf => leaf.Path, StringComparer.Ordinal);
        var now = ConfigurationLeaves.Of(to).ToDictionary(leaf => leaf.Path, StringComparer.Ordinal);
        var lines = new List<string>();
        foreach (var leaf in old.Values)
        {
            if (!now.TryGetValue(leaf.Path, out var next))
            {
                lines.AddRange(Told('-', leaf));
            }
            else if (next.Whole != leaf.Whole)
            {
                lines.Add(next.Shown == leaf.Shown ? $"  {leaf.Path}: {leaf.Shown} -> a part that is not shown differs" : $"  {leaf.Path}: {leaf.Shown} -> {next.Shown}");
            }
        }

        lines.AddRange(now.Values.Where(leaf => !old.ContainsKey(leaf.Path)).SelectMany(leaf => Told('+', leaf)));
        return lines;
    }

    private static string[] Told(char sign, ConfigurationLeaves.Leaf leaf) => leaf.Shown == leaf.Default ? [] : [$"{sign} {leaf.Path}: {leaf.Shown}"];
}
