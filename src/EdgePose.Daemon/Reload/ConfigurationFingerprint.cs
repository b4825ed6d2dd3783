using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Settings;

namespace EdgePose.Daemon.Reload;

/// <summary>
/// Changes when a file of a configuration changes. It hashes names and contents, and reads a file only when its <see cref="ConfigurationFile.Stamp"/> is new:
/// another device, inode, size or time, as after an exchanged link, a replaced mount or a change on a network share.
/// </summary>
/// <param name="time">The clock of <see cref="StampAge"/>.</param>
internal sealed class ConfigurationFingerprint(TimeProvider time)
{
    /// <summary>
    /// A stamp is trusted when it has not changed for this time. File times have steps, up to 2 s on FAT: within one step a second change of the same size
    /// leaves the stamp as it is.
    /// </summary>
    private static readonly TimeSpan StampAge = TimeSpan.FromSeconds(3);

    private const int Unreadable = 0;

    private readonly Dictionary<string, Known> known = new(StringComparer.Ordinal);

    /// <summary>How many times a file was read.</summary>
    public int Reads { get; private set; }

    /// <summary>SHA-256 over the names and contents of all files that count.</summary>
    /// <param name="path">The configuration: a file or a folder.</param>
    /// <param name="result">What was loaded last. It has the files that count, and the configuration names others.</param>
    public string Of(string path, ConfigurationResult<EdgePoseConfig> result)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var files = result.Files.Concat(Drops(path)).Concat(result.Config is { } config ? ReferencedFiles.PathsOf(config) : []).Distinct(StringComparer.Ordinal);
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file));
            hash.AppendData(DigestOf(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Files of conf.d, new ones included.</summary>
    private static IReadOnlyList<string> Drops(string path)
    {
        try
        {
            return Directory.Exists(path) ? ConfigurationLoader.Drops(path) : [];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return []; // removed meanwhile; the load reports the error
        }
    }

    private byte[] DigestOf(string file)
    {
        var stamp = ConfigurationFile.StampOf(file); // before the content: a change in between makes the stamp old
        var isSame = stamp is not null && known.TryGetValue(file, out var before) && before.Stamp == stamp;
        if (isSame && time.GetElapsedTime(known[file].FirstSeen) >= StampAge)
        {
            return known[file].Digest;
        }

        var digest = Read(file);
        known[file] = new Known(digest[0] == Unreadable ? null : stamp, isSame ? known[file].FirstSeen : time.GetTimestamp(), digest);
        return digest;
    }

    private byte[] Read(string file)
    {
        byte[] content;
        int kind;
        try
        {
            (content, kind) = ConfigurationFile.IsNoFile(file) ? ([], 2) : Directory.Exists(file) ? ([], 3) : (ConfigurationFile.ReadAll(file, ConfigurationFile.MaxBytes + 1), 1);
            Reads++;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            (content, kind) = ([], Unreadable);
        }

        var digest = new byte[sizeof(int) + SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt32LittleEndian(digest, kind);
        SHA256.HashData(content, digest.AsSpan(sizeof(int)));
        return digest;
    }

    /// <summary>A file as it was read.</summary>
    /// <param name="Stamp">Its stamp; null when it has none, or when the read failed: it is read again.</param>
    /// <param name="FirstSeen">When the stamp was new, as a timestamp of the clock.</param>
    /// <param name="Digest">Its kind and the hash of its content.</param>
    private readonly record struct Known(ConfigurationFile.Stamp? Stamp, long FirstSeen, byte[] Digest);
}
