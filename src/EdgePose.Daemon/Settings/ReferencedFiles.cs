using System.Security.Cryptography;
using EdgePose.Configuration.Reading;

namespace EdgePose.Daemon.Settings;

/// <summary>The contents of the files that a configuration names (passwords, certificates, manifests). A reload sees that a file changed under the same name.</summary>
public sealed class ReferencedFiles
{
    private readonly Dictionary<string, string> digests = new(StringComparer.Ordinal);

    /// <summary>Reads the files of <paramref name="config"/>. A file that cannot be read counts as empty.</summary>
    public ReferencedFiles(EdgePoseConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        foreach (var path in PathsOf(config))
        {
            digests[path] = Digest(path);
        }
    }

    /// <summary>Full paths of the files that <paramref name="config"/> names.</summary>
    internal static IEnumerable<string> PathsOf(EdgePoseConfig config) => ConfigurationWalk.Texts(config)
        .Where(value => value.Text.Length > 0 && !ControlCharacterValidator.IsIn(value) && value.Kind is SettingText.Manifest or TextKind.File or TextKind.SecretFile)
        .Select(value => config.Resolve(value.Text));

    /// <summary>Full paths of the files that both read, with different contents.</summary>
    public IReadOnlySet<string> DifferentFrom(ReferencedFiles before)
    {
        ArgumentNullException.ThrowIfNull(before);
        return digests.Where(file => before.digests.TryGetValue(file.Key, out var digest) && digest != file.Value).Select(file => file.Key).ToHashSet(StringComparer.Ordinal);
    }

    private static string Digest(string path)
    {
        try
        {
            return ConfigurationFile.IsNoFile(path) ? string.Empty : Convert.ToHexStringLower(SHA256.HashData(ConfigurationFile.ReadAll(path, ConfigurationFile.MaxBytes)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return string.Empty; // its user reports the error
        }
    }
}
