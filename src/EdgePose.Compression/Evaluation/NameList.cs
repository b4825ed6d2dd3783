namespace EdgePose.Compression.Evaluation;

/// <summary>Names in one line of text.</summary>
public static class NameList
{
    private const int NamesTold = 5;

    /// <summary>The first names and how many more there are.</summary>
    public static string Some(IEnumerable<string> names)
    {
        var all = names.ToList();
        return string.Join(", ", all.Take(NamesTold)) + (all.Count > NamesTold ? $" and {all.Count - NamesTold} more" : "");
    }
}
