using EdgePose.Inference;

namespace EdgePose.Daemon.Networks;

/// <summary>A network that is not open and warm in its time. At the start it is no fault of the configuration: the daemon ends with a code that lets it be started again.</summary>
/// <param name="plan">What was opened.</param>
/// <param name="limit">Its time, see <see cref="NetworkOpener.Limit"/>.</param>
/// <param name="whatFollows">In words, the end of a sentence.</param>
/// <param name="inner">The time-out.</param>
internal sealed class NetworkHangException(NetworkPlan plan, TimeSpan limit, string whatFollows, Exception inner) : NetworkException(
    $"{plan.Manifest.Path}: the network was not open and warm after {limit.TotalSeconds:0} s (network.openLimitSeconds), which counts as a hang; {whatFollows}. See `edgepose doctor`, or allow it more time.",
    inner);
