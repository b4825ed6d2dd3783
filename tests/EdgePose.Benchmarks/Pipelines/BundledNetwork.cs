using EdgePose.Cli.Terminal;
using EdgePose.Cli;
using EdgePose.Inference;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>The network that the pipeline's benchmarks run: the one beside the program unless the arguments name another.</summary>
internal static class BundledNetwork
{
    /// <summary>Width of its input, pixels.</summary>
    public const int WidthPx = 456;

    /// <summary>Height of its input, pixels.</summary>
    public const int HeightPx = 256;

    /// <summary>The manifest: after <c>--network</c> in the arguments, or the bundled one.</summary>
    public static string Manifest(string[] arguments) => Argument(arguments, "--network") ?? CommonOptions.BundledNetwork;

    /// <summary>Opened on the processor, warm.</summary>
    public static PoseNetwork Open(string[] arguments)
    {
        var network = PoseNetwork.Open(NetworkManifest.Load(Manifest(arguments)), new NetworkShape(HeightPx, WidthPx, 1), new ExecutionOptions { Providers = [ExecutionProvider.Cpu] });
        network.Warm();
        return network;
    }

    /// <summary>What follows <paramref name="name"/> in the arguments.</summary>
    public static string? Argument(string[] arguments, string name) =>
        Array.IndexOf(arguments, name) is >= 0 and var at && at + 1 < arguments.Length ? arguments[at + 1] : null;

    /// <summary>The whole number that follows <paramref name="name"/>.</summary>
    public static int Number(string[] arguments, string name, int normal) =>
        Argument(arguments, name) is { } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : normal;
}
