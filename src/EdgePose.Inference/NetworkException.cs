using System.Collections.Immutable;

namespace EdgePose.Inference;

/// <summary>A network, its manifest or its execution is at fault. Each fault is one line: what, where, and what to do.</summary>
public class NetworkException : Exception
{
    /// <summary>Makes the exception of one fault.</summary>
    /// <param name="fault">What, where, remedy.</param>
    /// <param name="inner">What the runtime said, or null.</param>
    public NetworkException(string fault, Exception? inner = null)
        : base(fault, inner) => Faults = [fault];

    /// <summary>Makes the exception of several faults.</summary>
    /// <param name="faults">At least one line.</param>
    public NetworkException(IEnumerable<string> faults)
        : this([.. faults])
    {
    }

    private NetworkException(ImmutableArray<string> faults)
        : base(string.Join(Environment.NewLine, faults)) => Faults = faults;

    /// <summary>One line each.</summary>
    public ImmutableArray<string> Faults { get; }

    /// <summary>The first line of what a native library said: its messages run over many lines and name source files of its build.</summary>
    internal static string FirstLine(Exception exception)
    {
        ReadOnlySpan<char> message = exception.Message.AsSpan().Trim();
        int end = message.IndexOfAny('\r', '\n');
        return (end < 0 ? message : message[..end]).ToString().TrimEnd('.');
    }
}
