using System.Collections.ObjectModel;
using System.Globalization;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>What the kernel says of a process that must not grow: memory, file descriptors, threads.</summary>
/// <param name="ResidentKilobytes">VmRSS.</param>
/// <param name="Descriptors">Open files, sockets and pipes.</param>
/// <param name="Threads">Threads.</param>
internal readonly record struct ProcessFigures(long ResidentKilobytes, int Descriptors, int Threads)
{
    /// <summary>Resident kilobytes by mapping, where they were looked at (<see cref="ResidentMappings"/>).</summary>
    public IReadOnlyDictionary<string, long> Mappings { get; init; } = ReadOnlyDictionary<string, long>.Empty;

    /// <summary>Reads them now.</summary>
    /// <exception cref="IOException">There is no such process.</exception>
    public static ProcessFigures Of(int processId)
    {
        long Value(string name) => File.ReadLines($"/proc/{processId}/status").Where(line => line.StartsWith(name, StringComparison.Ordinal))
            .Select(line => (long?)long.Parse(line[name.Length..].Trim(' ', '\t', 'k', 'B'), CultureInfo.InvariantCulture)).FirstOrDefault()
            ?? throw new IOException($"process {processId} has ended"); // nobody has taken its exit code yet, so it is listed still
        return new(Value("VmRSS:"), Directory.GetFileSystemEntries($"/proc/{processId}/fd").Length, (int)Value("Threads:"));
    }

    /// <summary>Reads them now, and what is resident mapping by mapping.</summary>
    /// <exception cref="IOException">There is no such process.</exception>
    public static ProcessFigures WithMappings(int processId) => Of(processId) with { Mappings = ResidentMappings.Of(processId) };

    /// <summary>Slope of values over time by least squares, and its standard error, both a hour.</summary>
    /// <param name="points">Hours and values; at least three.</param>
    public static (double PerHour, double Error) Slope(IReadOnlyList<(double Hours, double Value)> points)
    {
        var (meanX, meanY) = (points.Average(point => point.Hours), points.Average(point => point.Value));
        var spread = points.Sum(point => (point.Hours - meanX) * (point.Hours - meanX));
        var slope = points.Sum(point => (point.Hours - meanX) * (point.Value - meanY)) / spread;
        var residual = points.Sum(point => Math.Pow(point.Value - meanY - (slope * (point.Hours - meanX)), 2));
        return (slope, Math.Sqrt(residual / (points.Count - 2) / spread));
    }
}
