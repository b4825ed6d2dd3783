using System.Globalization;
using System.Text.Json;

namespace EdgePose.Configuration.Reading;

/// <summary>Reads a text, a number, true or false, or a named value.</summary>
internal static class ScalarReader
{
    /// <summary>The value, or null and an error.</summary>
    public static object? Read(ConfigurationNode node, Type type, string path, ConfigurationErrors errors)
    {
        if (ConfigurationShape.NamesOf(type) is { } names)
        {
            return ReadName(node, names, path, errors);
        }

        var (value, expected) = type switch
        {
            _ when type == typeof(string) => (node.Kind == JsonTokenType.String ? node.Text : null, "a text in double quotes"),
            _ when type == typeof(bool) => (node.Kind is JsonTokenType.True or JsonTokenType.False ? node.Kind == JsonTokenType.True : (object?)null, "true or false"),
            _ when type == typeof(int) => (Number(node) is { } text && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null, "a whole number"),
            _ when type == typeof(long) => (Number(node) is { } text && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null, "a whole number"),
            _ when type == typeof(float) => (Number(node) is { } text && float.TryParse(text, CultureInfo.InvariantCulture, out var number) && float.IsFinite(number) ? number : null, "a number"),
            _ when type == typeof(double) => (Number(node) is { } text && double.TryParse(text, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null, "a number"),
            _ => throw new NotSupportedException($"A configuration has no values of type {type}."),
        };
        if (value is null)
        {
            var found = node.Kind == JsonTokenType.Number ? Shortened(node.Text!) : node.KindName;
            errors.Add(path, $"{expected} is expected here, not {found}", $"Write {expected}");
        }

        return value;
    }

    private static string? Number(ConfigurationNode node) => node.Kind == JsonTokenType.Number ? node.Text : null;

    private static object? ReadName(ConfigurationNode node, IReadOnlyList<(string Name, object Value)> names, string path, ConfigurationErrors errors)
    {
        var found = names.FirstOrDefault(pair => node.Kind == JsonTokenType.String && string.Equals(pair.Name, node.Text, StringComparison.Ordinal));
        if (found.Value is null)
        {
            var given = node.Kind == JsonTokenType.String ? $"\"{Shortened(node.Text!)}\"" : node.KindName;
            errors.Add(path, $"{given} is not one of the allowed values", $"Write one of \"{string.Join("\", \"", names.Select(pair => pair.Name))}\"");
        }

        return found.Value;
    }

    private static string Shortened(string text) => text.Length <= 40 ? text : text[..40] + "...";
}
