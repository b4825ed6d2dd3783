namespace EdgePose.Configuration.Reading;

/// <summary>Suggestions for a mistyped name.</summary>
internal static class KeySuggestion
{
    /// <summary>The known name nearest to <paramref name="name"/>, or null when none is near: at most a third of it may differ.</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        if (name.Length > 64)
        {
            return null;
        }

        var nearest = known.Select(candidate => (candidate, distance: Distance(name, candidate))).OrderBy(pair => pair.distance).FirstOrDefault();
        return nearest.candidate is not null && nearest.distance <= Math.Max(1, nearest.candidate.Length / 3) ? nearest.candidate : null;
    }

    /// <summary>Levenshtein's edit distance, letter case ignored.</summary>
    internal static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]);
                var best = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1));
                (diagonal, row[j]) = (row[j], best);
            }
        }

        return row[b.Length];
    }
}
