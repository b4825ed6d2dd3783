namespace EdgePose.Configuration.Reading;

/// <summary>A text of a configuration.</summary>
/// <param name="Path">Its JSON path.</param>
/// <param name="Kind">What it means, as the <c>[DataType("...")]</c> of its property says; null for a plain text.</param>
/// <param name="Text">The text.</param>
public readonly record struct ConfigurationText(string Path, string? Kind, string Text);

/// <summary>Visits every section of a configuration.</summary>
public static class ConfigurationWalk
{
    /// <summary>Every text that is set, with its path.</summary>
    public static IEnumerable<ConfigurationText> Texts(object section, string path = "$")
    {
        ArgumentNullException.ThrowIfNull(section);
        foreach (var key in ConfigurationShape.KeysOf(section.GetType()))
        {
            var child = $"{path}.{key.Name}";
            var value = key.Property.GetValue(section);
            IEnumerable<ConfigurationText> found = value switch
            {
                null => [],
                string text => [new ConfigurationText(child, key.Kind, text)],
                _ when ConfigurationShape.ItemType(key.Type) is { } item =>
                    ConfigurationShape.IsSection(item) ? ConfigurationShape.Items(value).SelectMany((each, i) => Texts(each!, $"{child}[{i}]")) : [],
                _ => ConfigurationShape.IsSection(key.Type) ? Texts(value, child) : [],
            };
            foreach (var text in found)
            {
                yield return text;
            }
        }
    }
}
