using EdgePose.Inference;

namespace EdgePose.Daemon;

/// <summary>A network that is not open and warm in its time at the start: no fault of the configuration, so the daemon ends with a code that lets it be started again.</summary>
/// <param name="fault">What, where, remedy.</param>
/// <param name="inner">The time-out.</param>
internal sealed class NetworkHangException(string fault, Exception inner) : NetworkException(fault, inner);
