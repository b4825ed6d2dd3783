namespace EdgePose.Configuration.Reading;

/// <summary>A key of a file that is no key of the configuration: it controls how layers are merged.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The value's type; for templates, the type of their list.</param>
/// <param name="Description">What it is.</param>
public sealed record LayerKey(string Name, Type Type, string Description)
{
    /// <summary>The root's key by which editors find the schema.</summary>
    public const string Schema = "$schema";

    /// <summary>The root's key of the version of the file's form.</summary>
    public const string Version = "version";

    /// <summary>The key of the template that an item, or another template, extends.</summary>
    public const string Extends = "extends";

    /// <summary>The section that the templates are of; null for another key.</summary>
    internal Type? Templates => ConfigurationShape.MergesById(Type) ? ConfigurationShape.ItemType(Type) : null;

    /// <summary>Whether the key describes the file itself; null cannot remove it from a lower layer.</summary>
    internal bool IsOfFile => Name is Schema or Version;

    /// <summary>The keys of a file's root.</summary>
    internal static IReadOnlyList<LayerKey> OfRoot(ConfigurationModel model) =>
    [
        new(Schema, typeof(string), "Where an editor finds the schema."),
        new(Version, typeof(int), $"Version of the file's form: {model.Version}. A file without it is read as version {model.Version}; `config migrate` writes it."),
        new(model.Templates.Key, model.TemplateList, model.Templates.Description),
    ];

    /// <summary>The keys of an item and of a template.</summary>
    internal static IReadOnlyList<LayerKey> OfItem(ConfigurationModel model) => [new(Extends, typeof(string), model.Templates.ExtendsDescription)];
}
