namespace EdgePose.Testing;

/// <summary>
/// How long tests wait for an event: so long that no machine, however slow or busy, is the reason when it does not come. A promised time is measured and reported; only the nightly tier
/// fails on it (<see cref="Measured.Hold"/>).
/// </summary>
internal static class Patience
{
    /// <summary>The least that a test waits for an event, in seconds.</summary>
    public const double Seconds = 90;

    /// <summary>The same as a span.</summary>
    public static TimeSpan Span { get; } = TimeSpan.FromSeconds(Seconds);

    /// <summary>Seconds to wait for what is expected sooner or later.</summary>
    public static double AtLeast(double seconds) => Math.Max(seconds, Seconds);
}
