namespace EdgePose.Configuration.Reading;

/// <summary>What a program tells this project about its configuration.</summary>
public abstract class ConfigurationModel
{
    private IReadOnlyList<LayerKey>? rootKeys;
    private IReadOnlyList<LayerKey>? itemKeys;
    private Type? templateList;

    private protected ConfigurationModel(Type root) => Root = root;

    /// <summary>The type of the whole configuration.</summary>
    public Type Root { get; }

    /// <summary>What the configuration is called in its schema.</summary>
    public required string Title { get; init; }

    /// <summary>Version of the file's form. It increases when a key changes its name or meaning, so that no file is misread.</summary>
    public required int Version { get; init; }

    /// <summary>The prefix of variables that set a key, for example <c>PROGRAM__</c>.</summary>
    public required string EnvironmentPrefix { get; init; }

    /// <summary>The variable that names the device.</summary>
    public required string DeviceVariable { get; init; }

    /// <summary>The path of the key that holds the device's name, for example <c>device.id</c>.</summary>
    public required string DevicePath { get; init; }

    /// <summary>The path of the key that holds the device's site.</summary>
    public required string SitePath { get; init; }

    /// <summary>The list whose items can extend templates.</summary>
    public required ItemTemplates Templates { get; init; }

    /// <summary>The list's type of <see cref="Templates"/>.</summary>
    internal Type TemplateList => templateList ??= ConfigurationShape.KeysOf(Root).Single(key => key.Name == Templates.List).Type;

    /// <summary>The keys that <paramref name="section"/> has in a file beyond those of its type.</summary>
    internal IReadOnlyList<LayerKey> LayerKeysOf(Type section) =>
        section == Root ? rootKeys ??= LayerKey.OfRoot(this) : section == ConfigurationShape.ItemType(TemplateList) ? itemKeys ??= LayerKey.OfItem(this) : [];

    /// <summary>Adds an error when this program does not read files of <paramref name="version"/>.</summary>
    internal void CheckVersion(int version, string path, ConfigurationErrors errors)
    {
        if (version > Version)
        {
            errors.Add(path, $"the file is of version {version}, and this program reads up to {Version}", "Update the program first, or give the device the older file");
        }
        else if (version < Version)
        {
            errors.Add(path, $"there is no version {version}", version == 0 ? "Leave the key out, or run: config migrate" : $"Write {Version}");
        }
    }

    /// <summary>Sets the base folder of a bound configuration, and checks the whole.</summary>
    internal abstract object Complete(object config, string baseFolder, LoadOptions options, ConfigurationErrors errors);
}

/// <summary>A <see cref="ConfigurationModel"/> with what needs the type.</summary>
/// <typeparam name="T">The type of the whole configuration.</typeparam>
public sealed class ConfigurationModel<T>() : ConfigurationModel(typeof(T))
    where T : class
{
    /// <summary>Gives a configuration the folder that its relative paths start from.</summary>
    public required Func<T, string, T> WithBaseFolder { get; init; }

    /// <summary>Checks a whole configuration beyond the attributes of each key.</summary>
    public required Action<T, LoadOptions, ConfigurationErrors> Check { get; init; }

    internal override object Complete(object config, string baseFolder, LoadOptions options, ConfigurationErrors errors)
    {
        var completed = WithBaseFolder((T)config, baseFolder);
        Check(completed, options, errors);
        return completed;
    }
}

/// <summary>Templates of a list's items. An item takes over the keys of the template that it extends.</summary>
/// <param name="List">The root's key of the list.</param>
/// <param name="Key">The root's key of the templates, by name.</param>
/// <param name="Description">Describes the templates.</param>
/// <param name="ExtendsDescription">Describes the key <c>extends</c> of an item.</param>
public sealed record ItemTemplates(string List, string Key, string Description, string ExtendsDescription);
