using EdgePose.Inference;

namespace EdgePose.Cli.Bench;

/// <summary>What figures were measured on.</summary>
internal static class Machine
{
    /// <summary>The processor's name, as the kernel says; its kind when it does not.</summary>
    public static string Processor { get; } = ReadProcessor();

    public static string OnnxRuntime => OnnxRuntimeEnvironment.Version;

    private static string ReadProcessor()
    {
        const string File = "/proc/cpuinfo";
        var line = System.IO.File.Exists(File) ? System.IO.File.ReadLines(File).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line is null ? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
