using System.Globalization;
using System.Text.RegularExpressions;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>What a process holds in memory, mapping by mapping (/proc/PID/smaps), and which of them grew: RSS alone says that a process grew and not where.</summary>
internal static partial class ResidentMappings
{
    /// <summary>Anonymous memory is told by the piece of the address space that it lies in: glibc's arenas start at multiples of it, and the runtime's heaps do not move.</summary>
    private const int RegionBits = 26;

    /// <summary>As many minutes at each end are averaged: a garbage collection makes single minutes go up and down.</summary>
    private const int Averaged = 5;

    /// <summary>Reads them now.</summary>
    /// <param name="processId">The process.</param>
    /// <returns>Resident kilobytes by the mapped file's name, or by the name or address of what has no file.</returns>
    /// <exception cref="IOException">There is no such process.</exception>
    public static IReadOnlyDictionary<string, long> Of(int processId) => Read(File.ReadLines($"/proc/{processId}/smaps"));

    /// <summary>Reads them from the lines of such a file.</summary>
    public static IReadOnlyDictionary<string, long> Read(IEnumerable<string> lines)
    {
        var found = new Dictionary<string, long>();
        var name = "";
        foreach (var line in lines)
        {
            if (Header().Match(line) is { Success: true } header)
            {
                name = NameOf(header.Groups["start"].Value, header.Groups["what"].Value);
            }
            else if (line.StartsWith("Rss:", StringComparison.Ordinal))
            {
                found[name] = found.GetValueOrDefault(name) + long.Parse(line[4..].Trim(' ', 'k', 'B'), CultureInfo.InvariantCulture);
            }
        }

        return found;
    }

    /// <summary>Those that grew most, from the mean of the first minutes to that of the last: at most four lines, the largest first.</summary>
    /// <param name="seen">Minutes, and what was resident then.</param>
    public static IEnumerable<string> Grown(IReadOnlyList<(int Minute, IReadOnlyDictionary<string, long> Kilobytes)> seen)
    {
        const double least = 0.1; // MB
        const int most = 4;
        double At(int index, string name) => seen[index].Kilobytes.GetValueOrDefault(name) / 1024.0;
        double Mean(int first, int count, string name) => Enumerable.Range(first, count).Average(index => At(index, name));
        var averaged = Math.Min(Averaged, seen.Count / 2);
        return seen.SelectMany(minute => minute.Kilobytes.Keys).Distinct()
            .Select(name => (Name: name, First: Mean(0, averaged, name), Last: Mean(seen.Count - averaged, averaged, name)))
            .Where(grown => grown.Last - grown.First >= least)
            .OrderByDescending(grown => grown.Last - grown.First)
            .Take(most)
            .Select(grown =>
            {
                var step = Enumerable.Range(1, seen.Count - 1).MaxBy(index => At(index, grown.Name) - At(index - 1, grown.Name));
                return string.Create(CultureInfo.InvariantCulture,
                    $"{grown.Name}: {grown.First:F1} -> {grown.Last:F1} MB, at once at most {At(step, grown.Name) - At(step - 1, grown.Name):F1} MB, in minute {seen[step].Minute}");
            });
    }

    private static string NameOf(string start, string what)
    {
        if (what.Length > 0)
        {
            return Path.GetFileName(what); // "[heap]" and "[stack]" have no folder
        }

        var region = ulong.Parse(start, NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> RegionBits << RegionBits;
        return $"anonymous memory at {region:x}";
    }

    [GeneratedRegex(@"^(?<start>[0-9a-f]+)-[0-9a-f]+ \S+ \S+ \S+ \d+\s*(?<what>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Header();
}
