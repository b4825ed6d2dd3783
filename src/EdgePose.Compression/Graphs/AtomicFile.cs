using EdgePose.Inference;

namespace EdgePose.Compression.Graphs;

/// <summary>
/// Files that are there whole or not at all: written under other names in the same folder, flushed to the disk, then renamed. When the disk is full,
/// nothing is left under the final names, nor under the others, and what was there before is untouched.
/// </summary>
public static class AtomicFile
{
    /// <summary>Writes a file, in place of one of that name.</summary>
    /// <exception cref="NetworkException">It could not be written; the old file, if any, is untouched.</exception>
    public static void Write(string path, ReadOnlyMemory<byte> bytes) => Write([(path, bytes)]);

    /// <summary>Writes a file, in place of one of that name.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="bytes">Its content.</param>
    /// <param name="prepare">Gets the path of the written file before it takes the name: owner and mode are set there.</param>
    /// <exception cref="NetworkException">It could not be written or prepared; the old file, if any, is untouched.</exception>
    public static void Write(string path, ReadOnlyMemory<byte> bytes, Action<string> prepare) => Write(prepare, [(path, bytes)]);

    /// <summary>Writes files that belong together: all are on the disk before the first gets its name, and they get their names in this order.</summary>
    /// <exception cref="NetworkException">One could not be written; old files of these names are untouched.</exception>
    public static void Write(params ReadOnlySpan<(string Path, ReadOnlyMemory<byte> Bytes)> files) => Write(null, files);

    private static void Write(Action<string>? prepare, ReadOnlySpan<(string Path, ReadOnlyMemory<byte> Bytes)> files)
    {
        var unfinished = new List<(string Written, string Final)>();
        string current = "";
        try
        {
            foreach ((string path, ReadOnlyMemory<byte> bytes) in files)
            {
                current = path;
                string final = Path.GetFullPath(path);
                string written = Path.Combine(Path.GetDirectoryName(final)!, $".{Path.GetFileName(final)}.{Guid.NewGuid():N}.unfinished");
                unfinished.Add((written, final));
                using var stream = new FileStream(written, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
                stream.Write(bytes.Span);
                stream.Flush(flushToDisk: true); // else a power cut after the rename could leave an empty file under the final name
            }

            foreach ((string written, string final) in unfinished)
            {
                current = final;
                prepare?.Invoke(written);
                File.Move(written, final, overwrite: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            foreach ((string written, _) in unfinished.Where(pair => File.Exists(pair.Written)))
            {
                File.Delete(written);
            }

            throw new NetworkException($"{current}: cannot be written ({exception.Message.TrimEnd('.')}); free space or choose another folder; nothing unfinished was left behind.", exception);
        }
    }
}
