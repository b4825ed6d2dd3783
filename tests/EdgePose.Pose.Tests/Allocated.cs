namespace EdgePose;

/// <summary>What the code under test allocates, and not what the runtime does beside it.</summary>
internal static class Allocated
{
    /// <summary>
    /// The bytes of the best of three measurements: what the code allocates is there every time. A collection that another test causes is counted to this thread as the rest of its allocation
    /// context, and the runtime may allocate a few bytes once, when it compiles a method anew.
    /// </summary>
    /// <param name="measure">Runs the code and tells what this thread allocated.</param>
    public static long EveryTime(Func<long> measure) => Enumerable.Range(0, 3).Min(_ => measure());
}
