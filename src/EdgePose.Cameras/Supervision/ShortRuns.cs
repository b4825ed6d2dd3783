using EdgePose.Inference.Retry;

namespace EdgePose.Cameras.Supervision;

/// <summary>
/// Counts decoder runs in a row that gave pictures and ended before they counted as a success. After too many, the longest pause doubles with each further run.
/// </summary>
/// <remarks>A fault that lasts needs a person, and each try costs half a second of processor. Used by the camera's thread alone.</remarks>
internal sealed class ShortRuns(TimeProvider time)
{
    /// <summary>Runs in a row before the pause grows. The row must also be older than <see cref="RetryWait.Lately"/>, since a run may take seconds.</summary>
    public const int Tolerated = 10;

    private int row;
    private int beyond; // runs after the row had lasted too long
    private long began;

    /// <summary>The longest pause for a camera that sent pictures lately.</summary>
    public TimeSpan LongestPause => TimeSpan.FromSeconds(Math.Min(RetryWait.LongestLately.TotalSeconds * Math.Pow(2, beyond), BackOff.Last.TotalSeconds));

    /// <summary>Counts a run.</summary>
    /// <param name="wasStable">Whether it counts as a success, which ends the row.</param>
    /// <param name="anyFrame">Whether it gave a picture. A run without one says nothing about the camera's stream.</param>
    public void Count(bool wasStable, bool anyFrame)
    {
        if (wasStable)
        {
            Reset();
        }
        else if (anyFrame)
        {
            began = row++ == 0 ? time.GetTimestamp() : began;
            beyond += row > Tolerated && time.GetElapsedTime(began) > RetryWait.Lately ? 1 : 0;
        }
    }

    /// <summary>Ends the row.</summary>
    public void Reset() => (row, beyond) = (0, 0);
}
