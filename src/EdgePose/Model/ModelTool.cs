using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Packages;
using EdgePose.Daemon.Hosting;
using EdgePose.Inference;

namespace EdgePose.Cli.Model;

/// <summary>What the <c>edgepose model</c> commands share: the same words for the same options, and one way to tell a fault.</summary>
internal static class ModelTool
{
    public static Argument<string> File(string description = "The network: its manifest (.json), or its .onnx file with the manifest beside it.") => new("FILE") { Description = description };

    public static Option<DirectoryInfo> Out() => new("--out", "-o")
    {
        Description = "The folder for the new network: ID.onnx, ID.json (manifest) and ID.md (card with the whole lineage).",
        DefaultValueFactory = _ => new DirectoryInfo("."),
    };

    public static Option<string?> Id(string normal) => new("--id") { Description = $"The new network's id, which names its files; without it, {normal}." };

    public static Option<(int HeightPx, int WidthPx)> Size() => new("--size")
    {
        Description = "Height and width of the picture, in pixels: 368x368, at which the papers of the family count. Rounded up to what the network takes.",
        DefaultValueFactory = _ => (368, 368),
        CustomParser = Parse,
    };

    /// <summary>Runs a tool. Each fault of a network is one line, without a stack trace.</summary>
    public static int Run(Action tool) => InputFaults.Guard(() =>
    {
        tool();
        return ExitCodes.Ok;
    });

    /// <summary>Says what was written.</summary>
    public static void Tell(NetworkManifest written)
    {
        NetworkPackage package = NetworkPackage.Open(written.Path); // as everybody will open it: what was written is proved to be readable
        Console.WriteLine($"{written.File} ({Count(new FileInfo(written.File).Length)} bytes, sha256 {written.Sha256})");
        foreach (LineageFigure figure in Lineage.Of(package.Model)[^1].Figures)
        {
            Console.WriteLine($"  {figure.Name,-28} {(figure.Before.Length > 0 ? $"{figure.Before} -> " : "")}{figure.After}");
        }
    }

    /// <summary>Says how long the new network takes here, where that was measured: no figure of the file, as it is another one on the next machine.</summary>
    public static void TellTime(double? share)
    {
        if (share is { } measured)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {"time on this processor",-28} 1 -> {measured:0.00}"));
        }
    }

    public static void Tell(IEnumerable<MapDifference> differences)
    {
        foreach (MapDifference one in differences)
        {
            Console.WriteLine($"  {one.Output,-10} largest difference {Small(one.Largest)}, mean {Small(one.Mean)}; the maps reach {Small(one.Range)}");
        }
    }

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Small(double value) => value.ToString("0.###e+0", CultureInfo.InvariantCulture);

    private static (int HeightPx, int WidthPx) Parse(ArgumentResult result)
    {
        string[] parts = result.Tokens[0].Value.Split('x');
        if (parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int height)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int width) && height is >= 8 and <= 8192 && width is >= 8 and <= 8192)
        {
            return (height, width);
        }

        result.AddError($"--size {result.Tokens[0].Value}: height x width in pixels is wanted, each from 8 to 8192: 368x368.");
        return default;
    }
}
