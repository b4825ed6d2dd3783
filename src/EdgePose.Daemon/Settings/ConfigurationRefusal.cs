namespace EdgePose.Daemon.Settings;

/// <summary>A configuration that was not taken over, because something is wrong with it; the one before runs on.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Trigger">What made the daemon look: <c>file</c>, <c>signal</c>, <c>command</c>, or <see cref="AtStart"/>.</param>
/// <param name="Errors">Every error, a line each.</param>
public sealed record ConfigurationRefusal(DateTimeOffset At, string Trigger, IReadOnlyList<string> Errors)
{
    /// <summary>The trigger of what was refused at the start: the last good one runs.</summary>
    public const string AtStart = "start";
}
