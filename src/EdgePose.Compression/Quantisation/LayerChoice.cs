namespace EdgePose.Compression.Quantisation;

/// <summary>One network that was tried on the way to the limit.</summary>
/// <param name="Kept">Layers in floating point beside those that are in any case.</param>
/// <param name="Ap">Its AP, of 100.</param>
public sealed record QuantisationTrial(int Kept, double Ap);

/// <summary>
/// Gives layers back to floating point, the most sensitive first, until the loss is within its limit: 0, 1, 2, 4, 8 ... of them, at last all but one, then between the last that lost too
/// much and the first that did not, so that a network of sixty layers is evaluated some ten times instead of sixty.
/// </summary>
internal static class LayerChoice
{
    /// <summary>Finds how many of the most sensitive layers must stay in floating point.</summary>
    /// <param name="layers">How many there are.</param>
    /// <param name="least">AP that must be reached.</param>
    /// <param name="apWithKept">AP with so many kept.</param>
    /// <param name="trials">Every network that was tried is added.</param>
    /// <returns>The number, or null where the limit is only met with no layer in 8 bits.</returns>
    public static int? Find(int layers, double least, Func<int, double> apWithKept, ICollection<QuantisationTrial> trials)
    {
        bool Passes(int kept)
        {
            double ap = apWithKept(kept);
            trials.Add(new QuantisationTrial(kept, ap));
            return ap >= least;
        }

        if (Passes(0))
        {
            return 0;
        }

        int most = layers - 1; // one layer at least is in 8 bits, else nothing was quantised
        if (most < 1)
        {
            return null;
        }

        int fails = 0, passes = 1;
        while (!Passes(passes))
        {
            if (passes == most)
            {
                return null;
            }

            (fails, passes) = (passes, Math.Min(passes * 2, most));
        }

        while (passes - fails > Math.Max(1, passes / 8))
        {
            int middle = (passes + fails) / 2;
            (fails, passes) = Passes(middle) ? (fails, middle) : (middle, passes);
        }

        return passes;
    }
}
