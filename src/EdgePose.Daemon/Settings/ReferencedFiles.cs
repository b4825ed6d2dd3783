using System.Security.Cryptography;
using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;

namespace EdgePose.Daemon.Settings;

/// <summary>The files that a configuration names beside itself (passwords, certificates, the network's manifest), so that a reload sees that one has changed while its name has not.</summary>
public sealed class ReferencedFiles
{
    private readonly Dictionary<string, string> digests = new(StringComparer.Ordinal);

    /// <summary>Looks at the files of <paramref name="config"/> as they are now. One that cannot be read counts as empty.</summary>
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
        .Where(value => value.Text.Length > 0 && !ControlCharacterValidator.IsIn(value) && (value.Key.EndsWith(nameof(NetworkConfig.Manifest), StringComparison.Ordinal) || value.Key.EndsWith("File", StringComparison.Ordinal)))
        .Select(value => config.Resolve(value.Text));

    /// <summary>Full paths of the files that both looked at and found different.</summary>
    public IReadOnlySet<string> DifferentFrom(ReferencedFiles before)
    {
        ArgumentNullException.ThrowIfNull(before);
        return digests.Where(file => before.digests.TryGetValue(file.Key, out var digest) && digest != file.Value).Select(file => file.Key).ToHashSet(StringComparer.Ordinal);
    }

    private static string Digest(string path)
    {
        try
        {
            return ConfigurationFile.IsNoFile(path) ? string.Empty : Convert.ToHexStringLower(SHA256.HashData(ConfigurationFile.ReadAll(path, ConfigurationLoader.MaxBytes)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return string.Empty; // what is wrong with it is told by who needs it
        }
    }
}
