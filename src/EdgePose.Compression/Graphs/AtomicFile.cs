using EdgePose.Inference;

namespace EdgePose.Compression.Graphs;

/// <summary>
/// A file that is there whole or not at all: written under another name in the same folder, flushed to the disk, then renamed. When the disk
/// is full, nothing is left under the final name, nor under the other one.
/// </summary>
public static class AtomicFile
{
    /// <summary>Writes a file, in place of one of that name.</summary>
    /// <exception cref="NetworkException">It could not be written; the old file, if any, is untouched.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full) ?? throw new NetworkException($"{path}: this is no file name; name a file.");
        string unfinished = Path.Combine(folder, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.unfinished");
        try
        {
            using (var stream = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true); // else a power cut after the rename could leave an empty file under the final name
            }

            File.Move(unfinished, full, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(unfinished))
            {
                File.Delete(unfinished);
            }

            throw new NetworkException($"{path}: cannot be written ({exception.Message.TrimEnd('.')}); free space or choose another folder; nothing was left behind.", exception);
        }
    }
}
