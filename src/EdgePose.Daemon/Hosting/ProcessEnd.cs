using System.Runtime.InteropServices;

namespace EdgePose.Daemon.Hosting;

/// <summary>The end of a process that cannot end in order any more.</summary>
public static partial class ProcessEnd
{
    /// <summary>
    /// Ends the process here and now. <see cref="Environment.Exit"/> would run what native libraries have registered for the end, which waits for the very thread
    /// that hangs. The broker then tells the device offline by its will, and the decoder children end with their parent.
    /// </summary>
    /// <param name="code">The exit code.</param>
    public static void Now(int code)
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(code);
        }

        Exit(code);
    }

    /// <summary>_exit(2).</summary>
    [LibraryImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Exit(int code);
}
