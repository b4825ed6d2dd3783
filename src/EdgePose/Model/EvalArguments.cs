using System.Collections.Immutable;
using System.Globalization;
using EdgePose.Compression.Evaluation;

namespace EdgePose.Cli.Model;

/// <summary>Reads the arguments that are more than one value.</summary>
internal static class EvalArguments
{
    /// <summary>AP of this family is quoted at this height. Source: Lightweight OpenPose (Osokin 2018).</summary>
    public const int NormalHeightPx = 368;

    /// <summary>A height, or HEIGHTxWIDTH.</summary>
    public static bool TryReadSizing(int? height, string? size, out InputSizing sizing, out string fault)
    {
        (sizing, fault) = (InputSizing.OfHeight(NormalHeightPx), "");
        if (size is not null)
        {
            if (!TryReadSize(size, out var heightPx, out var widthPx))
            {
                fault = $"--size '{size}' is no HEIGHTxWIDTH, for example 256x456.";
                return false;
            }

            sizing = InputSizing.Fixed(heightPx, widthPx);
        }
        else if (height is not null)
        {
            if (height < 1)
            {
                fault = "--height must be at least 1.";
                return false;
            }

            sizing = InputSizing.OfHeight(height.Value);
        }

        return true;
    }

    /// <summary>HEIGHTxWIDTH in pixels.</summary>
    public static bool TryReadSize(string size, out int heightPx, out int widthPx)
    {
        widthPx = 0;
        var parts = size.Split('x');
        return int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out heightPx) && heightPx > 0
            && parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out widthPx) && widthPx > 0;
    }

    /// <summary>Numbers above 0, between commas.</summary>
    public static bool TryReadScales(string? text, out ImmutableArray<double> scales, out string fault)
    {
        (scales, fault) = ([1], "");
        if (text is null)
        {
            return true;
        }

        var builder = ImmutableArray.CreateBuilder<double>();
        foreach (var part in text.Split(','))
        {
            if (!double.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var scale) || scale is < 0.1 or > 10)
            {
                fault = $"--scales '{text}' is no list of numbers from 0.1 to 10, for example 0.7,1,1.3.";
                return false;
            }

            builder.Add(scale);
        }

        scales = builder.ToImmutable();
        return true;
    }
}
