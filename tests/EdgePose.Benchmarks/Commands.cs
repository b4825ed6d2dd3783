namespace EdgePose.Benchmarks;

/// <summary>The benchmarks by name; one file each.</summary>
internal static class Commands
{
    public static readonly SortedDictionary<string, Func<string[], int>> All = new(StringComparer.Ordinal)
    {
        ["accuracy"] = Accuracy.Run,
        ["allocation"] = Pipelines.Allocation.Run,
        ["grouping"] = Grouping.Run,
        ["held-out"] = HeldOut.Run,
        ["latency"] = Pipelines.Latency.Run,
        ["network"] = Network.Run,
        ["overload"] = Pipelines.Overload.Run,
        ["pipeline"] = Pipelines.Throughput.Run,
        ["scene"] = SceneCost.Run,
        ["spool"] = SpoolCost.Run,
        ["spool-opening"] = SpoolOpeningCost.Run,
        ["regions"] = Pipelines.Regions.Run,
        ["regions-cost"] = RegionCost.Run,
        ["soak"] = Pipelines.Soak.Run,
        ["steady"] = Pipelines.Steady.Run,
        ["tracking"] = Tracking.Run,
    };

    public static int Help()
    {
        Console.WriteLine($"dotnet run -c Release --project tests/EdgePose.Benchmarks -- COMMAND\n\nCommands: {string.Join(", ", All.Keys)}");
        return 64; // EX_USAGE of sysexits.h
    }
}
