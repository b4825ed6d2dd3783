using System.Text.Json;

namespace EdgePose.Daemon.Configuration;

/// <summary>Nodes to records: takes what fits, tells of all that does not, and goes on with the default.</summary>
internal sealed class ConfigurationBinder(ConfigurationErrors errors)
{
    /// <summary>Editors find the schema by this key of the root; it says nothing to the daemon.</summary>
    public const string SchemaKey = "$schema";

    /// <summary>A section, with the default for whatever is missing or wrong.</summary>
    public object BindSection(ConfigurationNode node, Type type, string path)
    {
        errors.Place(path, node.Line, node.Column);
        var section = ConfigurationShape.Defaults(type);
        if (node.Kind != JsonTokenType.StartObject)
        {
            errors.Add(path, $"an object is expected here, not {node.KindName}", "Write { } with the section's keys");
            return section;
        }

        var keys = ConfigurationShape.KeysOf(type);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, line, column, value) in node.Members)
        {
            var child = ChildPath(path, name);
            var key = keys.FirstOrDefault(known => known.Name == name);
            if (!seen.Add(name))
            {
                errors.Add(child, line, column, $"the key \"{Short(name)}\" stands here a second time", "Keep one of the two");
            }
            else if (key is null)
            {
                AddUnknown(path, child, name, line, column, keys);
            }
            else
            {
                Set(section, key, value, child);
            }
        }

        foreach (var key in keys.Where(key => key.Required && !seen.Contains(key.Name)))
        {
            errors.Add(ChildPath(path, key.Name), node.Line, node.Column, $"the key \"{key.Name}\" is missing", $"Add it: {key.Description?.TrimEnd('.') ?? key.Name}");
        }

        return section;
    }

    private void Set(object section, ConfigurationShape.Key key, ConfigurationNode node, string path)
    {
        errors.Place(path, node.Line, node.Column);
        if (node.Kind == JsonTokenType.Null)
        {
            if (key.Nullable)
            {
                key.Property.SetValue(section, null);
            }
            else
            {
                errors.Add(path, "null is not a value here", "Leave the key out to have the default");
            }

            return;
        }

        var value = Bind(node, key.Type, path);
        if (value is not null && ValueRules.Check(key, value, path, errors))
        {
            key.Property.SetValue(section, value);
        }
    }

    private object? Bind(ConfigurationNode node, Type type, string path)
    {
        errors.Place(path, node.Line, node.Column);
        if (ConfigurationShape.ItemType(type) is { } item)
        {
            return BindList(node, type, item, path);
        }

        return ConfigurationShape.IsSection(type) ? BindSection(node, type, path) : ScalarReader.Read(node, type, path, errors);
    }

    private object? BindList(ConfigurationNode node, Type list, Type item, string path)
    {
        if (node.Kind != JsonTokenType.StartArray)
        {
            errors.Add(path, $"a list is expected here, not {node.KindName}", "Write [ ] around the values");
            return null;
        }

        var items = node.Items.Select((value, i) => Bind(value, item, $"{path}[{i}]")).ToList();
        return items.Contains(null) ? null : ConfigurationShape.ToList(list, item, items);
    }

    private void AddUnknown(string path, string child, string name, int line, int column, IReadOnlyList<ConfigurationShape.Key> keys)
    {
        if (path == "$" && name == SchemaKey)
        {
            return;
        }

        var known = keys.Select(key => key.Name).ToList();
        var remedy = KeySuggestion.Nearest(name, known) is { } near ? $"Did you mean \"{near}\"?" : $"The keys here are {string.Join(", ", known)}";
        errors.Add(child, line, column, $"there is no key \"{Short(name)}\"", remedy);
    }

    private static string ChildPath(string path, string name) => $"{path}.{Short(name)}";

    private static string Short(string name) => name.Length <= 64 ? name : name[..64] + "...";
}
