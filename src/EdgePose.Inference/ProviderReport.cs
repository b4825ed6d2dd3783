using System.Collections.Immutable;

namespace EdgePose.Inference;

/// <summary>Why a provider that was asked for did not run.</summary>
/// <param name="Provider">Which.</param>
/// <param name="Reason">One line, with the remedy where there is one.</param>
public sealed record ProviderRefusal(ExecutionProvider Provider, string Reason);

/// <summary>What was asked, what really runs, and why it differs.</summary>
/// <param name="Asked">In the order of the configuration.</param>
/// <param name="Ran">What runs the network: its session was made and a first real run succeeded.</param>
/// <param name="Refusals">Each provider that was tried before, in order.</param>
public sealed record ProviderReport(
    ImmutableArray<ExecutionProvider> Asked, ExecutionProvider Ran, ImmutableArray<ProviderRefusal> Refusals)
{
    /// <summary>One line for the log.</summary>
    public override string ToString() =>
        Refusals.IsEmpty
            ? $"{Ran} (as asked)"
            : $"{Ran} (asked {string.Join(", ", Asked)}; {string.Join("; ", Refusals.Select(refusal => $"{refusal.Provider}: {refusal.Reason}"))})";
}
