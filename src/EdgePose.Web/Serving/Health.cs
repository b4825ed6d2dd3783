using EdgePose.Daemon.Hosting;

namespace EdgePose.Web.Serving;

/// <summary>The answers of <c>/healthz</c> and <c>/readyz</c>. Neither asks for a token, and neither tells more than these words.</summary>
/// <param name="longestStep">How long the pipeline has been at the piece of work that takes longest now.</param>
/// <param name="live">The rooms that run; null before the network is open.</param>
internal sealed class Health(Func<TimeSpan> longestStep, Func<LiveDaemon?> live)
{
    /// <summary>Whether the process works: no step of the pipeline hangs. A supervisor restarts it when this fails.</summary>
    public (bool Well, string Words) Alive() => live() is not { } rooms || longestStep() <= TimeSpan.FromSeconds(rooms.Running.Network.HangLimitSeconds)
        ? (true, "ok\n")
        : (false, "a step of the pipeline hangs\n");

    /// <summary>Whether frames can flow: the network is open and the rooms run. A camera or a broker that is offline is no reason to be unready.</summary>
    public (bool Well, string Words) Ready() => live() is { IsRunning: true } ? Alive() : (false, "the network is not open yet\n");
}
