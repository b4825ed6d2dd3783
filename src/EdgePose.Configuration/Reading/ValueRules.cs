using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace EdgePose.Configuration.Reading;

/// <summary>Checks a value by the validation attributes of its key.</summary>
internal static class ValueRules
{
    /// <summary>Whether <paramref name="value"/> is allowed; adds an error otherwise. The error shows the value only when it is a number.</summary>
    public static bool Check(ConfigurationShape.Key key, object value, string path, ConfigurationErrors errors)
    {
        foreach (var rule in key.Rules)
        {
            var (reason, remedy) = rule switch
            {
                RangeAttribute range when !InRange(range, value) => (
                    Invariant($"{value} is out of range"), Invariant($"Write a number from {range.Minimum} to {range.Maximum}")),
                RegularExpressionAttribute pattern when !pattern.IsValid(value) => (
                    "the text does not have the right form", $"Write a text that matches {pattern.Pattern}"),
                AllowedValuesAttribute allowed when !allowed.IsValid(value) => (
                    "this is not one of the allowed values", $"Write one of \"{string.Join("\", \"", allowed.Values)}\""),
                RequiredAttribute when value is string text && string.IsNullOrWhiteSpace(text) => (
                    "the text is empty", key.Description?.TrimEnd('.') ?? "Write a value"),
                MinLengthAttribute min when Length(value) < min.Length => (
                    "there are too few", $"Write at least {min.Length}"),
                MaxLengthAttribute max when Length(value) > max.Length => (
                    "there are too many", $"Write at most {max.Length}"),
                StringLengthAttribute length when Length(value) < length.MinimumLength || Length(value) > length.MaximumLength => (
                    "the text is too short or too long", $"Write {length.MinimumLength} to {length.MaximumLength} characters"),
                _ => (null, ""),
            };
            if (reason is not null)
            {
                errors.Add(path, reason, remedy);
                return false;
            }
        }

        return true;
    }

    private static bool InRange(RangeAttribute range, object value)
    {
        // Limits are rounded to the value's type, so that 0.1f is inside a range that ends at 0.1.
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        var (low, high) = (Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture), Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture));
        (low, high) = value is float ? ((float)low, (float)high) : (low, high);
        return (range.MinimumIsExclusive ? number > low : number >= low) && (range.MaximumIsExclusive ? number < high : number <= high);
    }

    private static int Length(object value) => value is string text ? text.Length : ConfigurationShape.Items(value).Count();

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
