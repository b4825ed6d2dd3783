using EdgePose.Compression.Evaluation;

namespace EdgePose.Benchmarks;

/// <summary>
/// How much of the decoder's AP its thresholds owe to the pictures that they were chosen on: they are chosen anew on a random half of the pictures and AP is
/// measured on the other, both ways, several times; the same for the reference; and both run with thresholds that nobody chose on these pictures.
/// </summary>
internal static class HeldOut
{
    private const int Splits = 3;

    private sealed record Setting(string Name, CocoDetection[] Detections);

    /// <summary>Prints a row for each half; a folder named in the arguments keeps the maps for the next run.</summary>
    public static int Run(string[] arguments)
    {
        if (SharedMaterial.Find(TeacherMaps.NetworkPath) is null)
        {
            Console.WriteLine($"Skipped: {SharedMaterial.Missing(TeacherMaps.NetworkPath)}");
            return 0;
        }

        foreach (var height in new[] { 256, 368 })
        {
            Run(height, [.. TeacherMaps.Of(height, arguments.FirstOrDefault())]);
        }

        return 0;
    }

    private static void Run(int height, PictureMaps[] pictures)
    {
        Setting[] ours =
        [
            .. from peak in new[] { 0.03f, 0.05f, 0.07f, 0.1f, 0.15f } from paf in new[] { 0, 0.02f, 0.05f, 0.1f } from support in new[] { 0.7f, 0.8f, 0.9f }
               select new Setting(
                   $"{peak}/{paf}/{support}", [.. Accuracy.Ours(pictures, new() { PeakThreshold = peak, PafThreshold = paf, MinPafSupport = support })]),
        ];
        Setting[] reference =
        [
            .. from peak in new[] { 0.05f, 0.1f, 0.15f } from paf in new[] { 0.02f, 0.05f, 0.1f }
               select new Setting($"{peak}/{paf}", [.. Accuracy.Reference(pictures, peak, paf)]),
        ];
        var (shipped, untuned) = (ours.Single(setting => setting.Name == "0.05/0.02/0.8"), ours.Single(setting => setting.Name == "0.1/0.05/0.8"));
        var untunedReference = reference.Single(setting => setting.Name == "0.1/0.05");
        var all = pictures.Select(picture => picture.ImageId).ToHashSet();
        Console.WriteLine($"height {height}, all {pictures.Length} pictures: ours ({shipped.Name}) {Ap(shipped, pictures, all):0.00}, "
            + $"ours with the reference's thresholds ({untuned.Name}) {Ap(untuned, pictures, all):0.00}, "
            + $"reference with its own ({untunedReference.Name}) {Ap(untunedReference, pictures, all):0.00}");
        Console.WriteLine("split  chosen on   ours: chosen       AP   reference: chosen    AP   untuned ours    AP   untuned reference    AP");
        List<(double Ours, double Reference, double UntunedOurs, double UntunedReference)> rows = [];
        for (var split = 1; split <= Splits; split++)
        {
            var random = new Random(split);
            var shuffled = pictures.Select(picture => picture.ImageId).OrderBy(_ => random.Next()).ToArray();
            var halves = new[] { shuffled[..(shuffled.Length / 2)].ToHashSet(), shuffled[(shuffled.Length / 2)..].ToHashSet() };
            foreach (var (chosenOn, measuredOn, name) in new[] { (halves[0], halves[1], "first"), (halves[1], halves[0], "second") })
            {
                var best = ours.MaxBy(setting => Ap(setting, pictures, chosenOn))!;
                var bestReference = reference.MaxBy(setting => Ap(setting, pictures, chosenOn))!;
                double Measured(Setting setting) => Ap(setting, pictures, measuredOn);
                var row = (Measured(best), Measured(bestReference), Measured(untuned), Measured(untunedReference));
                rows.Add(row);
                Console.WriteLine(
                    $"{split,5}  {name,-9}   {best.Name,-14} {row.Item1,6:0.00}   {bestReference.Name,-17} {row.Item2,6:0.00}   {row.Item3,18:0.00}   {row.Item4,23:0.00}");
            }
        }

        Console.WriteLine($"mean: ours {rows.Average(row => row.Ours):0.00}, reference {rows.Average(row => row.Reference):0.00}; "
            + $"untuned: ours {rows.Average(row => row.UntunedOurs):0.00}, reference {rows.Average(row => row.UntunedReference):0.00}");
    }

    private static double Ap(Setting setting, PictureMaps[] pictures, HashSet<long> ids) =>
        100 * new CocoKeypointEvaluator(Accuracy.LabelsOf(pictures.Where(picture => ids.Contains(picture.ImageId)))).Evaluate(setting.Detections).Ap;
}
