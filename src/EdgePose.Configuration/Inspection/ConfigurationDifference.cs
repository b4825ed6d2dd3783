namespace EdgePose.Configuration.Inspection;

/// <summary>The difference between two configurations.</summary>
public static class ConfigurationDifference
{
    /// <summary>
    /// One line for each value that differs: <c>path: old -> new</c>. Of an item that was added or removed, one for each value that is not a default:
    /// <c>+ path: new</c> or <c>- path: old</c>. Secrets are hidden.
    /// </summary>
    public static IReadOnlyList<string> Between<T>(T from, T to)
        where T : class
    {
        var old = ConfigurationLeaves.Of(from).ToDictionary(leaf => leaf.Path, StringComparer.Ordinal);
        var now = ConfigurationLeaves.Of(to).ToDictionary(leaf => leaf.Path, StringComparer.Ordinal);
        var lines = new List<string>();
        foreach (var leaf in old.Values)
        {
            if (!now.TryGetValue(leaf.Path, out var next))
            {
                lines.AddRange(Line('-', leaf));
            }
            else if (next.Whole != leaf.Whole)
            {
                lines.Add($"  {leaf.Path}: {leaf.Shown} -> {(next.Shown == leaf.Shown ? "a part that is not shown differs" : next.Shown)}");
            }
        }

        lines.AddRange(now.Values.Where(leaf => !old.ContainsKey(leaf.Path)).SelectMany(leaf => Line('+', leaf)));
        return lines;
    }

    private static string[] Line(char sign, ConfigurationLeaves.Leaf leaf) => leaf.Shown == leaf.Default ? [] : [$"{sign} {leaf.Path}: {leaf.Shown}"];
}
