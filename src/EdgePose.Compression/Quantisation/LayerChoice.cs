namespace EdgePose.Compression.Quantisation;

/// <summary>One network that was tried on the way to the limit.</summary>
/// <param name="Kept">Layers in floating point beside those that are in any case.</param>
/// <param name="Exits">What each of its exits lost.</param>
public sealed record QuantisationTrial(int Kept, IReadOnlyList<ExitLoss> Exits)
{
    /// <summary>The exit that lost most.</summary>
    public ExitLoss Worst => Exits.MaxBy(exit => exit.Points)!;
}

/// <summary>
/// Gives layers back to floating point, the most sensitive first, until the loss is within its limit. It tries 0, 1, 2, 4, 8 ... layers, at last all but one. It then halves the gap between
/// the last number that lost too much and the first that did not. So sixty layers need some ten evaluations.
/// </summary>
internal static class LayerChoice
{
    /// <summary>Finds how many of the most sensitive layers must stay in floating point.</summary>
    /// <param name="layers">How many there are.</param>
    /// <param name="most">Points of AP that the exit that loses most may lose.</param>
    /// <param name="lossWithKept">What each exit loses with this number kept.</param>
    /// <param name="trials">Every network that was tried is added.</param>
    /// <returns>The number, or null where the limit is only met with no layer in 8 bits.</returns>
    public static int? Find(int layers, double most, Func<int, IReadOnlyList<ExitLoss>> lossWithKept, ICollection<QuantisationTrial> trials)
    {
        bool Passes(int kept)
        {
            var trial = new QuantisationTrial(kept, lossWithKept(kept));
            trials.Add(trial);
            return trial.Worst.Points <= most;
        }

        if (Passes(0))
        {
            return 0;
        }

        int mostKept = layers - 1; // one layer at least is in 8 bits, else nothing was quantised
        if (mostKept < 1)
        {
            return null;
        }

        int fails = 0, passes = 1;
        while (!Passes(passes))
        {
            if (passes == mostKept)
            {
                return null;
            }

            (fails, passes) = (passes, Math.Min(passes * 2, mostKept));
        }

        while (passes - fails > Math.Max(1, passes / 8))
        {
            int middle = (passes + fails) / 2;
            (fails, passes) = Passes(middle) ? (fails, middle) : (middle, passes);
        }

        return passes;
    }
}
