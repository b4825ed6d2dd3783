namespace EdgePose.Daemon.Configuration;

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
        new(Schema, typeof(string), null, "Where an editor finds the schema."),
        new(Version, typeof(int), null, $"Version of the file's form: {FormatVersion.Current}. A file without it is read as of version {FormatVersion.Current}; `edgepose config migrate` writes it."),
        new(Templates, null, typeof(CameraConfig), "Cameras' common keys, by a name that cameras (and templates) take them over with: \"extends\"."),
    ];

    private static readonly Key[] OfCamera = [new(Extends, typeof(string), null, "The template of cameraTemplates whose keys this one takes over; its own go first.")];

    /// <summary>A key.</summary>
    /// <param name="Name">The name.</param>
    /// <param name="Type">The value's type; null for templates.</param>
    /// <param name="Templates">The section that the templates are of; null otherwise.</param>
    /// <param name="Description">What it is.</param>
    public sealed record Key(string Name, Type? Type, Type? Templates, string Description);

    /// <summary>The keys that <paramref name="section"/> has beyond its own.</summary>
    public static IReadOnlyList<Key> Of(Type section) =>
        section == typeof(EdgePoseConfig) ? OfFile : section == typeof(CameraConfig) ? OfCamera : [];

    /// <summary>The key of that name, or null.</summary>
    public static Key? Find(Type section, string name) => Of(section).FirstOrDefault(key => key.Name == name);
}
