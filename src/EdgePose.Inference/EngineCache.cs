using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgePose.Inference;

/// <summary>
/// TensorRT engines on disk, one folder a key: `ROOT/MODEL-DIGEST/` with the engine, the timing cache and engine.json, which says in words
/// what the engine was built for. An engine of another key is never loaded; it is stale and may be removed.
/// </summary>
public sealed class EngineCache
{
    private const string KeyFile = "engine.json";
    private readonly string root;

    /// <summary>Names a cache; nothing is touched yet.</summary>
    /// <param name="root">Its folder; it is made when the first engine is.</param>
    public EngineCache(string root)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(root);
        this.root = root;
    }

    internal static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The folder of a key, existing or not.</summary>
    public string FolderOf(EngineKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Path.Combine(root, key.FolderName);
    }

    /// <summary>Whether an engine of exactly this key was built.</summary>
    public bool IsBuilt(EngineKey key) =>
        Directory.Exists(FolderOf(key)) && Directory.EnumerateFiles(FolderOf(key), "*.engine").Any(file => new FileInfo(file).Length > 0);

    /// <summary>Makes the folder of a key and writes the key into it, where it is missing. An engine that is built needs no writable disk.</summary>
    /// <returns>The folder.</returns>
    /// <exception cref="EngineCacheException">The folder cannot be written.</exception>
    public string Open(EngineKey key)
    {
        string folder = FolderOf(key);
        try
        {
            Directory.CreateDirectory(folder);
            if (ReadKey(folder) != key)
            {
                File.WriteAllBytes(Path.Combine(folder, KeyFile), key.ToJson());
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EngineCacheException(
                $"{root}: the engine cache cannot be written ({NetworkException.FirstLine(exception)}); give the daemon's user the right to, or name another folder.",
                exception);
        }

        return folder;
    }

    /// <summary>Engines of the same network name that do not fit this key any more. Folders that this cache did not make are never named.</summary>
    public ImmutableArray<string> Stale(EngineKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!Directory.Exists(root))
        {
            return [];
        }

        return
        [
            .. Directory.EnumerateDirectories(root).Where(folder =>
                Path.GetFileName(folder) != key.FolderName && ReadKey(folder) is { } other && other.ModelId == key.ModelId
                && other.FolderName == Path.GetFileName(folder)).Order(StringComparer.Ordinal),
        ];
    }

    private static EngineKey? ReadKey(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<EngineKey>(File.ReadAllBytes(Path.Combine(folder, KeyFile)), Json);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
