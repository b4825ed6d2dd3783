using System.Globalization;

namespace EdgePose.Delivery.Spool;

/// <summary>Another daemon has the spool.</summary>
public sealed class SpoolInUseException(string message) : IOException(message);

/// <summary>Keeps a spool to one daemon: a lock on a file in its folder, which ends with the process however that ends.</summary>
internal static class SpoolLock
{
    private const int WouldBlock = 11; // EWOULDBLOCK of Linux, which .NET gives as the exception's HResult

    /// <summary>Takes the lock of a folder; disposing frees it.</summary>
    /// <exception cref="SpoolInUseException">Another process has it.</exception>
    public static FileStream Take(string folder)
    {
        var holder = Path.Combine(folder, "pid"); // apart from the lock, which nobody else can open while it is held
        try
        {
            // .NET takes an exclusive flock for FileShare.None: the kernel frees it when the process is gone.
            var claim = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            Sign(holder);
            return claim;
        }
        catch (IOException fault) when (fault.HResult == WouldBlock)
        {
            var process = File.Exists(holder) ? File.ReadAllText(holder) : "(unknown)";
            throw new SpoolInUseException($"The spool {folder} is in use by process {process}: another daemon runs on it. Stop that one, or give this one a spool.path of its own.");
        }
    }

    private static void Sign(string holder)
    {
        try
        {
            File.WriteAllText(holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // A full disk: the lock holds without the name of its holder.
        }
    }
}
