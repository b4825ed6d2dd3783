using System.Runtime.InteropServices;

namespace EdgePose.Fault.Tests;

/// <summary>Signals to a process, as an operator or the kernel would send them.</summary>
internal static partial class Signals
{
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Send(int processId, int signal);
}
