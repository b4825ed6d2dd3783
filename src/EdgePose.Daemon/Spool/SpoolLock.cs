using System.Globalization;

namespace EdgePose.Daemon.Spool;

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
            Try(() => File.WriteAllText(holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            return claim;
        }
        catch (IOException fault) when (fault.HResult == WouldBlock)
        {
            var process = "(unknown)";
            Try(() => process = File.ReadAllText(holder));
            throw new SpoolInUseException($"The spool {folder} is in use by process {process}: another daemon runs on it. Stop that one, or give this one a spool.path of its own.");
        }
    }

    /// <summary>Who has the lock is only for the message: on a full disk the lock holds without it.</summary>
    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // See above.
        }
    }
}
