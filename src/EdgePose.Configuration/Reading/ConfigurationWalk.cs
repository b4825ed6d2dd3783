namespace EdgePose.Configuration.Reading;

/// <summary>A text somewhere in a configuration.</summary>
/// <param name="Path">Its JSON path.</param>
/// <param name="Key">The property's name.</param>
/// <param name="Text">The text.</param>
internal readonly record struct ConfigurationText(string Path, string Key, string Text);

/// <summary>Goes through every section of a configuration, whatever sections there are.</summary>
internal static class ConfigurationWalk
{
    /// <summary>Every text that is set, with its path.</summary>
    public static IEnumerable<ConfigurationText> Texts(object section, string path = "$")
    {
        foreach (var key in ConfigurationShape.KeysOf(section.GetType()))
        {
            var child = $"{path}.{key.Name}";
            var value = key.Property.GetValue(section);
            var found = value switch
            {
                null => [],
                string text => [new ConfigurationText(child, key.Property.Name, text)],
                _ when ConfigurationShape.ItemType(key.Type) is { } item => ConfigurationShape.IsSection(item)
                    ? ConfigurationShape.Items(value).SelectMany((each, i) => Texts(each!, $"{child}[{i}]"))
                    : [],
                _ when ConfigurationShape.IsSection(key.Type) => Texts(value, child),
                _ => Enumerable.Empty<ConfigurationText>(),
            };
            foreach (var text in found)
            {
                yield return text;
            }
        }
    }
}
