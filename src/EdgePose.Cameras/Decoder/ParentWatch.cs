using System.Runtime.InteropServices;

namespace EdgePose.Cameras.Decoder;

/// <summary>Ends a decoder process with its daemon, however the daemon ends.</summary>
internal static partial class ParentWatch
{
    private const int SetParentDeathSignal = 1; // PR_SET_PDEATHSIG, linux/prctl.h
    private const int Kill = 9;

    /// <summary>Ends this process when the daemon closes its end of <paramref name="input"/>, which the kernel does when the daemon dies.</summary>
    public static void ExitWhenClosed(Stream input)
    {
        var watch = new Thread(() =>
        {
            while (input.ReadByte() != -1)
            {
                // nothing comes after the settings
            }

            Environment.Exit(0);
        })
        { IsBackground = true, Name = "parent watch" };
        watch.Start();
    }

    /// <summary>Makes the kernel kill this process when the thread that started it ends. That also ends a process that is stopped or hangs.</summary>
    /// <remarks>The kernel acts at the end of the <em>thread</em>, and thread pools end threads at will. Only for a process that was started on a dedicated thread.</remarks>
    public static void EndWithStarter() => _ = ProcessControl(SetParentDeathSignal, Kill, 0, 0, 0);

    /// <summary>Makes the kernel end this process before the daemon when memory runs out: one camera comes back in seconds.</summary>
    /// <remarks>Source: proc(5), oom_score_adj; 500 adds half of the memory to what it seems to hold. Raising it needs no right.</remarks>
    public static void GoBeforeDaemon()
    {
        try
        {
            File.WriteAllText("/proc/self/oom_score_adj", "500");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A system without it chooses for itself.
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(int option, nuint signal, nuint unused3, nuint unused4, nuint unused5);
}
