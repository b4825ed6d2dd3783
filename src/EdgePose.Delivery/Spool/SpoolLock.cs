using System.Globalization;

namespace EdgePose.Delivery.Spool;

/// <summary>Another daemon has the spool's file.</summary>
public sealed class SpoolInUseException(string message) : IOException(message);

/// <summary>Keeps a spool to one daemon: a lock on a file beside it, which ends with the process however that ends.</summary>
internal static class SpoolLock
{
    private const int WouldBlock = 11; // EWOULDBLOCK of Linux, which .NET gives as the exception's HResult

    /// <summary>Takes the lock of <paramref name="path"/>; disposing frees it.</summary>
    /// <exception cref="SpoolInUseException">Another process has it.</exception>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static FileStream Take(string path)
    {
        var holder = path + ".pid"; // apart from the lock, which nobody else can open while it is held
        try
        {
            // .NET takes an exclusive flock for FileShare.None: the kernel frees it when the process is gone.
            var claim = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            Sign(holder);
            return claim;
        }
        catch (IOException fault) when (fault.HResult == WouldBlock)
        {
            throw new SpoolInUseException(
                $"The spool {path} is in use by process {Read(holder)}: another daemon runs on it. Stop that one, or give this one a spool.path of its own.");
        }
    }

    private static void Sign(string holder)
    {
        try
        {
            File.WriteAllText(holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A full disk: who has the lock stays unsaid, and it holds all the same.
        }
    }

    private static string Read(string holder)
    {
        try
        {
            return File.ReadAllText(holder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return "(unknown)";
        }
    }
}
