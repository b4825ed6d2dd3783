namespace EdgePose.Compression.Quantisation;

/// <summary>How a tensor's values become 8-bit numbers: value = scale x (number - zero point).</summary>
/// <param name="Scale">Positive.</param>
/// <param name="ZeroPoint">The number that stands for 0, which is exact: padding is 0.</param>
/// <param name="Signed">Whether the numbers are -128 to 127, else 0 to 255.</param>
internal readonly record struct QuantisedRange(float Scale, int ZeroPoint, bool Signed)
{
    /// <summary>The range of a target for values from <paramref name="min"/> to <paramref name="max"/>; it always holds 0.</summary>
    public static QuantisedRange Of(double min, double max, QuantisationTarget target)
    {
        (min, max) = (Math.Min(0, min), Math.Max(0, max));
        if (!(max > min)) // a tensor that is always 0
        {
            return new QuantisedRange(1, 0, target == QuantisationTarget.TensorRt);
        }

        if (target == QuantisationTarget.TensorRt)
        {
            return new QuantisedRange((float)(Math.Max(-min, max) / 127), 0, true);
        }

        double scale = (max - min) / 255;
        return new QuantisedRange((float)scale, (int)Math.Clamp(Math.Round(-min / scale), 0, 255), false);
    }
}
