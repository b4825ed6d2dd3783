using System.Collections.Immutable;
using EdgePose.Cameras.Sources;
using EdgePose.Daemon.Settings;

namespace EdgePose.Configuration.Reading;

/// <summary>Keys that a file may hold and a configuration does not: they say how files become one, and are gone when they have.</summary>
internal static class LayerKeys
{
    /// <summary>Editors find the schema by this key of the root; it says nothing to the daemon.</summary>
    public const string Schema = "$schema";

    /// <summary>The version of the file's form.</summary>
    public const string Version = "version";

    /// <summary>Templates of cameras, by name.</summary>
    public const string Templates = "cameraTemplates";

    /// <summary>The template that a camera, or another template, builds on.</summary>
    public const string Extends = "extends";

    private static readonly Key[] OfFile =
    [
        new(Schema, typeof(string), "Address of the schema, for editors."),
        new(Version, typeof(int), $"Version of the file's format: {FormatVersion.Current}. A file without it is read as version {FormatVersion.Current}; `edgepose config migrate` writes it."),
        new(Templates, typeof(ImmutableArray<CameraConfig>), "Common keys of cameras by template name. Cameras and templates use them with \"extends\"."),
    ];

    private static readonly Key[] OfCamera = [new(Extends, typeof(string), "Template of cameraTemplates whose keys this camera uses. Its own keys take precedence.")];

    /// <summary>A key.</summary>
    /// <param name="Name">The name.</param>
    /// <param name="Type">The value's type; of templates that of their list, as if they were items by id.</param>
    /// <param name="Description">What it is.</param>
    public sealed record Key(string Name, Type Type, string Description)
    {
        /// <summary>The section that the templates are of; null for another key.</summary>
        public Type? Templates => ConfigurationShape.MergesById(Type) ? ConfigurationShape.ItemType(Type) : null;

        /// <summary>Whether it is about the file itself, and not about what the file says: there is nothing to take away from it.</summary>
        public bool IsOfFile => Name is Schema or Version;
    }

    /// <summary>The keys that <paramref name="section"/> has beyond its own.</summary>
    public static IReadOnlyList<Key> Of(Type section) =>
        section == typeof(EdgePoseConfig) ? OfFile : section == typeof(CameraConfig) ? OfCamera : [];

    /// <summary>The key of that name, or null.</summary>
    public static Key? Find(Type section, string name) => Of(section).FirstOrDefault(key => key.Name == name);
}
