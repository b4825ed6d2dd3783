using System.Text.Json;
using System.Text.RegularExpressions;

namespace EdgePose.Configuration.Reading;

/// <summary>
/// <c>{"fromCredential": "name"}</c> in place of a file's path. The file is one of systemd's LoadCredential, or one in the folder
/// <c>credentials</c> beside the configuration. A fleet can share a configuration, and each device keeps its own secret.
/// </summary>
public static partial class CredentialReference
{
    /// <summary>The key of the reference.</summary>
    public const string Key = "fromCredential";

    /// <summary>The folder of credentials beside the configuration.</summary>
    public const string Folder = "credentials";

    /// <summary>The prefix of a reference that is kept as a text. It is resolved on use, so that the configuration's hash is the same on every machine.</summary>
    private const string Prefix = "credential:";

    /// <summary>Reads a reference as a text, or adds an error.</summary>
    internal static string? Read(ConfigurationNode node, string path, ConfigurationErrors errors)
    {
        if (node.Members is [{ Name: Key, Value: { Kind: JsonTokenType.String } name }] && Form().IsMatch(name.Text!))
        {
            return Prefix + name.Text;
        }

        errors.Add(path, "this is neither a file nor a credential", $"Write the file's name, or {{ \"{Key}\": \"name\" }}, a name of letters, digits, - _ and .");
        return null;
    }

    /// <summary>The credential that <paramref name="text"/> names; null when it names a file.</summary>
    public static string? NameIn(string text) => text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : null;

    /// <summary>The credential's path: systemd's when that file exists, else beside the configuration.</summary>
    public static string Locate(string name, string baseFolder)
    {
        var beside = Path.Combine(baseFolder, Folder, name);
        return SystemdFolder is { } folder && Path.Combine(folder, name) is var loaded && File.Exists(loaded) ? loaded : beside;
    }

    /// <summary>systemd's folder of credentials (systemd.exec, LoadCredential), or null.</summary>
    public static string? SystemdFolder => Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is { Length: > 0 } folder ? Path.TrimEndingDirectorySeparator(folder) : null;

    [GeneratedRegex(@"\A[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}\z")]
    private static partial Regex Form();
}
