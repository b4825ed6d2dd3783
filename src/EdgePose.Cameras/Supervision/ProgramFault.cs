namespace EdgePose.Cameras.Supervision;

/// <summary>The report of a fault of the program itself after which the daemon continues.</summary>
public static class ProgramFault
{
    /// <summary>One line for a status or a verdict; the log has the whole exception.</summary>
    public static string Describe(Exception fault) => $"a fault of the program, please report it with the log: {fault.GetType().Name}: {fault.Message.ReplaceLineEndings(" ")}";
}
