using System.Globalization;
using System.Text;
using EdgePose.Compression.Anatomy;

namespace EdgePose.Cli.Model;

/// <summary>A network's anatomy as text: the stages first, then every layer that costs something or changes what a cell sees.</summary>
internal static class AnatomyTable
{
    public static string Write(string name, NetworkAnatomy anatomy, IReadOnlyDictionary<string, long> measured)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{name}: {anatomy.Total.Parameters / 1e6:0.00} M parameters, {Giga(anatomy.Total.Macs)} GMACs at {anatomy.HeightPx}x{anatomy.WidthPx}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{"stage",-14}{"convs",6}{"parameters",14}{"GMACs",10}{"up to here",12}{"sees",8}{(measured.Count > 0 ? "  measured" : "")}\n");
        foreach (StageSummary stage in anatomy.Stages)
        {
            text.Append(CultureInfo.InvariantCulture, $"{stage.Name,-14}{stage.Layers,6}{Count(stage.Cost.Parameters),14}{Giga(stage.Cost.Macs),10}{Giga(stage.UpToHere.Macs),12}{Field(stage.Field),8}");
            text.Append(measured.TryGetValue(stage.Name, out long rows) ? $"{rows,7} px" : "").Append('\n');
        }

        int width = Math.Min(60, anatomy.Layers.Select(layer => layer.Name.Length).DefaultIfEmpty(5).Max()) + 2;
        text.Append("\n\"sees\": receptive field of a cell in pixels. \"up to here\": all that runs for this exit alone.\n\n");
        text.Append("layer".PadRight(width)).Append(CultureInfo.InvariantCulture, $"{"stage",-14}{"what",-28}{"output",-18}{"parameters",12}{"MMACs",11}{"sees",8}\n");
        foreach (Layer layer in anatomy.Layers.Where(Matters))
        {
            text.Append(Short(layer.Name, width - 2).PadRight(width));
            text.Append(CultureInfo.InvariantCulture, $"{anatomy.Stages[layer.Stage].Name,-14}{layer.Kind,-28}{layer.Output,-18}{Count(layer.Cost.Parameters),12}{layer.Cost.Macs / 1e6,11:0.0}{Field(layer.Field),8}\n");
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>Activations and arithmetic on single values are left out: they cost next to nothing, and are half of all operators.</summary>
    private static bool Matters(Layer layer) => layer.Cost != default || layer.Kind.EndsWith("pool", StringComparison.Ordinal) || layer.Kind.Contains("pool,", StringComparison.Ordinal) || layer.Kind is "concat" or "resize" or "pad";

    private static string Field(ReceptiveField? field) => field?.ToString() ?? "?";

    private static string Giga(long macs) => (macs / 1e9).ToString("0.00", CultureInfo.InvariantCulture);

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Short(string name, int width) => name.Length <= width ? name : "…" + name[^(width - 1)..];
}
