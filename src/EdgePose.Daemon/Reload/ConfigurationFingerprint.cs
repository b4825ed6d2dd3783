using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Settings;

namespace EdgePose.Daemon.Reload;

/// <summary>
/// Tells whether anything of a configuration lies there otherwise than before. It reads the files: modification times and notifications miss what configuration managers do (a
/// symbolic link that is exchanged, a mount that is replaced, a network share), and the files are a few kilobytes.
/// </summary>
internal static class ConfigurationFingerprint
{
    /// <summary>SHA-256 over the names and contents of all that counts.</summary>
    /// <param name="path">The configuration: a file or a folder.</param>
    /// <param name="result">What was found there last: it knows the files that count, and the configuration those that it names.</param>
    public static string Of(string path, ConfigurationResult result)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var files = result.Files.Concat(Drops(path)).Concat(NamedBy(result.Config)).Distinct(StringComparer.Ordinal);
        foreach (var file in files)
        {
            Append(hash, file);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Files of conf.d, new ones included.</summary>
    private static IEnumerable<string> Drops(string path)
    {
        try
        {
            return Directory.Exists(path) ? new FleetFolder(path).Drops() : [];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return []; // taken away between two looks; the load tells what is wrong
        }
    }

    private static IEnumerable<string> NamedBy(EdgePoseConfig? config) => config is null ? [] : ReferencedFiles.PathsOf(config);

    private static void Append(IncrementalHash hash, string file)
    {
        byte[] content;
        int kind;
        try
        {
            (content, kind) = ConfigurationFile.IsNoFile(file) ? ([], 2) : Directory.Exists(file) ? ([], 3) : (ConfigurationFile.ReadAll(file, ConfigurationLoader.MaxBytes + 1), 1);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            (content, kind) = ([], 0);
        }

        Span<byte> head = stackalloc byte[sizeof(int) + sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(head, kind);
        BinaryPrimitives.WriteInt32LittleEndian(head[sizeof(int)..], content.Length);
        hash.AppendData(Encoding.UTF8.GetBytes(file));
        hash.AppendData(head);
        hash.AppendData(content);
    }
}
