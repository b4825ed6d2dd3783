namespace EdgePose.Fault.Tests;

/// <summary>
/// Tests of a class that mostly wait and load no processor, at the same time: the first that runs begins them all, each on a thread of its own, and every one then tells the result of its own.
/// So each keeps its name, and they take as long as the longest. What loads a processor does not belong here: it would spoil what the others measure.
/// </summary>
internal sealed class SideBySide
{
    private readonly Lazy<Dictionary<string, Task>> begun;

    /// <param name="tests">What each of them does, by a name.</param>
    public SideBySide(Dictionary<string, Action> tests) => begun = new(() => tests.ToDictionary(test => test.Key, test => Task.Factory.StartNew(test.Value, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

    /// <summary>Ends as the test of that name did, when all have ended: none runs on beside what comes next.</summary>
    public async Task Of(string name)
    {
        await Task.WhenAll(begun.Value.Values).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await begun.Value[name];
    }
}
