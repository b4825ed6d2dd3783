namespace EdgePose.Testing;

/// <summary>How long the long proofs run: <c>./test.sh --nightly</c> sets EDGEPOSE_NIGHTLY=1.</summary>
internal static class Nightly
{
    /// <summary>Whether there is a night for it.</summary>
    public static bool Is { get; } = Environment.GetEnvironmentVariable("EDGEPOSE_NIGHTLY") == "1";

    /// <summary>Rounds of a proof: few beside a developer, many at night.</summary>
    public static int Rounds(int few, int many) => Is ? many : few;
}
