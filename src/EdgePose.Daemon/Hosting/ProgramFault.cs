namespace EdgePose.Daemon.Hosting;

/// <summary>How a fault of the program itself is told where the daemon runs on after it.</summary>
internal static class ProgramFault
{
    /// <summary>One line of what happened, for a status or a verdict; the log has the whole exception.</summary>
    public static string Describe(Exception fault) => $"a fault of the program, please report it with the log: {fault.GetType().Name}: {fault.Message.ReplaceLineEndings(" ")}";
}
