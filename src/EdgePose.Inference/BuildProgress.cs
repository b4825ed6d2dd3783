namespace EdgePose.Inference;

/// <summary>Says every few seconds that a session is still being made: TensorRT builds an engine for minutes in silence, and silence looks like a hang.</summary>
internal sealed class BuildProgress : IDisposable
{
    /// <summary>Between two messages.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ITimer? timer;

    public BuildProgress(string what, IProgress<string>? progress, TimeProvider time)
    {
        if (progress is not null)
        {
            long start = time.GetTimestamp();
            timer = time.CreateTimer(
                _ => progress.Report($"{what}: still at it after {time.GetElapsedTime(start).TotalSeconds:0} s"), null, Interval, Interval);
        }
    }

    public void Dispose() => timer?.Dispose();
}
