using System.Text.Json;

namespace EdgePose.Configuration.Reading;

/// <summary>Binds nodes to records. A value that does not fit becomes an error, and the default is kept.</summary>
/// <param name="model">The configuration.</param>
/// <param name="errors">Receives the errors.</param>
/// <param name="isLayer">Whether this is one layer of several: it can omit keys, remove values with null, and hold <see cref="LayerKey"/>s.</param>
internal sealed class ConfigurationBinder(ConfigurationModel model, ConfigurationErrors errors, bool isLayer)
{
    /// <summary>A longer list is a mistake. The limit bounds the time to read it.</summary>
    public const int MaxItems = 1000;

    /// <summary>Binds a section. Missing and wrong values have their default.</summary>
    public object BindSection(ConfigurationNode node, Type type, string path) => BindSection(node, type, path, isPart: isLayer);

    /// <summary>Binds a section. A part can omit required keys: other layers or items complete it.</summary>
    private object BindSection(ConfigurationNode node, Type type, string path, bool isPart)
    {
        errors.Place(path, node.Place);
        var section = ConfigurationShape.Defaults(type);
        if (node.Kind != JsonTokenType.StartObject)
        {
            errors.Add(path, $"an object is expected here, not {node.KindName}", "Write { } with the section's keys");
            return section;
        }

        var keys = ConfigurationShape.KeysOf(type);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, place, value) in node.Members)
        {
            if (errors.IsFull)
            {
                break;
            }

            var child = ChildPath(path, name);
            if (!seen.Add(name))
            {
                errors.Add(child, place, $"the key \"{Short(name)}\" is repeated", "Keep one of the two");
            }
            else if (keys.FirstOrDefault(known => known.Name == name) is { } key)
            {
                Set(section, key, value, child);
            }
            else if (!isLayer || !BindLayerKey(type, name, value, child))
            {
                AddUnknown(type, child, name, place, keys);
            }
        }

        foreach (var key in keys.Where(key => key.Required && !isPart && !seen.Contains(key.Name)))
        {
            errors.Add(ChildPath(path, key.Name), node.Place, $"the key \"{key.Name}\" is missing", $"Add it: {key.Description?.TrimEnd('.') ?? key.Name}");
        }

        return section;
    }

    private void Set(object section, ConfigurationShape.Key key, ConfigurationNode node, string path)
    {
        errors.Place(path, node.Place);
        if (node.Kind == JsonTokenType.Null)
        {
            if (key.Nullable)
            {
                key.Property.SetValue(section, null);
            }
            else if (!isLayer)
            {
                errors.Add(path, "null is not a value here, and removes nothing", "Leave the key out to have the default");
            }

            return;
        }

        var value = key.IsFile && node.Kind != JsonTokenType.String ? CredentialReference.Read(node, path, errors) : Bind(node, key.Type, path);
        if (value is not null && ValueRules.Check(key, value, path, errors))
        {
            key.Property.SetValue(section, value);
        }
    }

    private object? Bind(ConfigurationNode node, Type type, string path)
    {
        errors.Place(path, node.Place);
        if (ConfigurationShape.ItemType(type) is { } item)
        {
            return BindList(node, type, item, path);
        }

        return ConfigurationShape.IsSection(type) ? BindSection(node, type, path) : ScalarReader.Read(node, type, path, errors);
    }

    private object? BindList(ConfigurationNode node, Type list, Type item, string path)
    {
        var byId = ConfigurationShape.MergesById(list);
        if (byId && isLayer && node.Kind == JsonTokenType.StartObject)
        {
            BindMap(node, item, path);
            return null;
        }

        if (node.Kind != JsonTokenType.StartArray)
        {
            errors.Add(path, $"a list is expected here, not {node.KindName}", "Write [ ] around the values");
            return null;
        }

        if (IsTooLong(node.Items.Count, path))
        {
            return null;
        }

        var items = node.Items.Select((value, i) => BindItem(value, item, $"{path}[{i}]", byId)).ToList();
        return items.Contains(null) ? null : ConfigurationShape.ToList(list, item, items);
    }

    private object? BindItem(ConfigurationNode node, Type item, string path, bool byId)
    {
        if (!byId)
        {
            return Bind(node, item, path);
        }

        if (node.WrittenAs is { } name)
        {
            errors.Name(path, name);
        }

        var section = BindSection(node, item, path, isPart: isLayer);
        if (isLayer && node.Kind == JsonTokenType.StartObject && node[ConfigurationShape.IdKey] is null)
        {
            errors.Add($"{path}.{ConfigurationShape.IdKey}", node.Place, $"the key \"{ConfigurationShape.IdKey}\" is missing", "Add it: it tells which one this is");
        }

        return section;
    }

    /// <summary>Checks items by their ids, or templates by their names. Null removes one.</summary>
    private void BindMap(ConfigurationNode node, Type item, string path)
    {
        errors.Place(path, node.Place);
        if (node.Kind != JsonTokenType.StartObject)
        {
            errors.Add(path, $"an object is expected here, not {node.KindName}", "Write { } with a name for each");
            return;
        }

        if (IsTooLong(node.Members.Count, path))
        {
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, place, value) in node.Members)
        {
            var child = ChildPath(path, name);
            errors.Place(child, place);
            if (!seen.Add(name))
            {
                errors.Add(child, place, $"\"{Short(name)}\" is repeated", "Keep one of the two");
                continue;
            }

            IdentifierValidator.Validate(name, child, errors);
            if (value.Kind != JsonTokenType.Null)
            {
                BindSection(value, item, child, isPart: true);
            }

            if (value[ConfigurationShape.IdKey] is { } id && id.Text != name)
            {
                errors.Add($"{child}.{ConfigurationShape.IdKey}", id.Place, "the id differs from the name before it", "Leave the id out: the name is the id");
            }
        }
    }

    private bool BindLayerKey(Type section, string name, ConfigurationNode value, string path)
    {
        if (model.LayerKeysOf(section).FirstOrDefault(key => key.Name == name) is not { } key)
        {
            return false;
        }

        errors.Place(path, value.Place);
        if (value.Kind == JsonTokenType.Null && !key.IsOfFile)
        {
            return true;
        }

        if (key.Templates is { } item)
        {
            BindMap(value, item, path);
        }
        else if (ScalarReader.Read(value, key.Type, path, errors) is int version)
        {
            model.CheckVersion(version, path, errors);
        }

        return true;
    }

    private bool IsTooLong(int count, string path)
    {
        if (count > MaxItems)
        {
            errors.Add(path, $"there are {count} entries, more than {MaxItems}", "Divide them among several devices");
        }

        return count > MaxItems;
    }

    private void AddUnknown(Type section, string child, string name, ConfigurationPlace place, IReadOnlyList<ConfigurationShape.Key> keys)
    {
        var known = keys.Select(key => key.Name).Concat(isLayer ? model.LayerKeysOf(section).Select(key => key.Name) : []).ToList();
        var near = errors.Suggest(name, known);
        var remedy = near is not null ? $"Did you mean \"{near}\"?" : $"The keys here are {string.Join(", ", known)}";
        errors.Add(child, place, $"there is no key \"{Short(name)}\"", remedy);
    }

    private static string ChildPath(string path, string name) => $"{path}.{Short(name)}";

    private static string Short(string name) => name.Length <= 64 ? name : name[..64] + "...";
}
