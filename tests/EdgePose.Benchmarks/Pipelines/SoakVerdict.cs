namespace EdgePose.Benchmarks.Pipelines;

/// <summary>What was found of a soak, line by line, and what of it breaks the promise.</summary>
internal sealed class SoakVerdict
{
    private readonly List<string> lines = [];
    private readonly List<string> faults = [];

    /// <summary>Every line, faults among them.</summary>
    public IReadOnlyList<string> Lines => lines;

    /// <summary>Those that break the promise.</summary>
    public IReadOnlyList<string> Faults => faults;

    /// <summary>Adds a line that is no finding.</summary>
    public void Say(string line) => lines.Add(line);

    /// <summary>Adds a finding: kept or broken.</summary>
    public void Check(bool isKept, string what, string found)
    {
        if (isKept)
        {
            Say($"{what}: {found}");
        }
        else
        {
            Fault($"{what}: {found}");
        }
    }

    /// <summary>Adds a finding that breaks the promise.</summary>
    public void Fault(string line)
    {
        faults.Add(line);
        lines.Add($"NOT KEPT: {line}");
    }
}
