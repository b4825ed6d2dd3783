namespace EdgePose.Inference;

/// <summary>A network that had been proved failed while running. The runtime is at fault, not the file: a lost GPU, no memory, an exchanged driver.</summary>
public sealed class NetworkRunException : NetworkException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="provider">What ran it.</param>
    /// <param name="reason">One line: what the runtime said.</param>
    /// <param name="fault">What, where, remedy.</param>
    /// <param name="inner">What the runtime said in full.</param>
    public NetworkRunException(ExecutionProvider provider, string reason, string fault, Exception inner)
        : base(fault, inner) => (Provider, Reason) = (provider, reason);

    /// <summary>What ran it.</summary>
    public ExecutionProvider Provider { get; }

    /// <summary>What the runtime said, as one line.</summary>
    public string Reason { get; }
}
