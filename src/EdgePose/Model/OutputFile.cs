using System.Text;
using EdgePose.Cli.Terminal;
using EdgePose.Compression.Graphs;
using EdgePose.Daemon.Hosting;
using EdgePose.Inference;
using OpenCvSharp;

namespace EdgePose.Cli.Model;

/// <summary>A file that a command writes. It is there whole or not at all. A file of that name stays as it was when the disk has no room for the new one.</summary>
internal static class OutputFile
{
    /// <exception cref="CommandFault">It cannot be written.</exception>
    public static void Write(FileInfo file, string text) => Write(file, Encoding.UTF8.GetBytes(text));

    /// <summary>In the form that the file's name ends in.</summary>
    /// <exception cref="CommandFault">It cannot be written.</exception>
    public static void Write(FileInfo file, Mat picture)
    {
        Cv2.ImEncode(file.Extension, picture, out var bytes);
        Write(file, bytes);
    }

    /// <exception cref="CommandFault">It cannot be written.</exception>
    public static void Write(FileInfo file, byte[] bytes) => CommandFault.Writing(file.FullName, () =>
    {
        // A link stays one, and what it names is replaced.
        var target = file.LinkTarget is null ? file.FullName : File.ResolveLinkTarget(file.FullName, returnFinalTarget: true)?.FullName ?? file.FullName;
        if (IsDevice(file.FullName) || IsDevice(target))
        {
            File.WriteAllBytes(file.FullName, bytes);
            return true;
        }

        try
        {
            AtomicFile.Write(target, bytes);
            return true;
        }
        catch (NetworkException fault)
        {
            throw new CommandFault(ExitCodes.CannotCreate, fault.Message, fault);
        }
    });

    /// <summary>/dev/stdout, /proc/self/fd/1 and their like are written to; a file in their place would take the device away.</summary>
    private static bool IsDevice(string path) =>
        path.StartsWith("/proc/", StringComparison.Ordinal) || (path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal));
}
