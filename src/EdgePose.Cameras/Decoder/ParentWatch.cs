using System.Runtime.InteropServices;

namespace EdgePose.Cameras.Decoder;

/// <summary>A decoder child never outlives its daemon, however the daemon ends.</summary>
internal static partial class ParentWatch
{
    private const int SetParentDeathSignal = 1; // PR_SET_PDEATHSIG, linux/prctl.h
    private const int Kill = 9;

    /// <summary>Ends this process when the daemon closes its end of <paramref name="input"/>, which the kernel does for it when it dies.</summary>
    public static void ExitWhenClosed(Stream input)
    {
        var watch = new Thread(() =>
        {
            while (input.ReadByte() != -1)
            {
                // nothing is expected after the settings
            }

            Environment.Exit(0);
        })
        { IsBackground = true, Name = "parent watch" };
        watch.Start();
    }

    /// <summary>Has the kernel kill this process when the thread that started it ends: the one way that also ends a child which is stopped or whose threads hang.</summary>
    /// <remarks>It is the <em>thread's</em> end that counts, not the daemon's, and thread pools end threads at will: only for a child that was started on a thread of its own.</remarks>
    public static void EndWithStarter() => _ = ProcessControl(SetParentDeathSignal, Kill, 0, 0, 0);

    /// <summary>Has the kernel, when memory runs out, take this process before the daemon: one camera comes back in seconds.</summary>
    /// <remarks>Source: proc(5), oom_score_adj; 500 adds half of the memory to what it seems to hold. Raising it needs no right.</remarks>
    public static void GoBeforeDaemon()
    {
        try
        {
            File.WriteAllText("/proc/self/oom_score_adj", "500");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A system without it chooses as it likes.
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(int option, nuint signal, nuint unused3, nuint unused4, nuint unused5);
}
