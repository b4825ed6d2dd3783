namespace EdgePose.Cameras.Supervision;

/// <summary>
/// The lives of decoder children, one after the other, that gave pictures and ended before they counted as a success: the camera breaks again and again. A break that is over soon
/// is what <see cref="RetryWait.LongestLately"/> is for; one that lasts waits for a person, and each try costs half a second of processor, so the longest pause then doubles with each life.
/// </summary>
/// <remarks>Used by the camera's thread alone.</remarks>
internal sealed class ShortLives(TimeProvider time)
{
    /// <summary>So many in a row are borne, and for <see cref="RetryWait.Lately"/>: both, since a life may take seconds.</summary>
    public const int Borne = 10;

    private int row;
    private int beyond; // those of the row that came when it had lasted too long
    private long began;

    /// <summary>The longest pause for a camera that sent pictures lately.</summary>
    public TimeSpan LongestPause => TimeSpan.FromSeconds(Math.Min(RetryWait.LongestLately.TotalSeconds * Math.Pow(2, beyond), BackOff.Last.TotalSeconds));

    /// <summary>Counts a life.</summary>
    /// <param name="wasStable">Whether it counts as a success, which ends the row.</param>
    /// <param name="anyFrame">Whether it gave a picture; one that gave none says nothing of the camera's stream.</param>
    public void Count(bool wasStable, bool anyFrame)
    {
        if (wasStable)
        {
            Reset();
        }
        else if (anyFrame)
        {
            began = row++ == 0 ? time.GetTimestamp() : began;
            beyond += row > Borne && time.GetElapsedTime(began) > RetryWait.Lately ? 1 : 0;
        }
    }

    /// <summary>Begins anew.</summary>
    public void Reset() => (row, beyond) = (0, 0);
}
