using System.Runtime.InteropServices;

namespace EdgePose.Inference;

/// <summary>What must be in the process before the native library of ONNX Runtime is loaded.</summary>
public static partial class OnnxRuntimeEnvironment
{
    private static readonly Lock Gate = new();
    private static bool prepared;

    /// <summary>
    /// Switches ONNX Runtime's telemetry off. Call it first; calling it again does nothing. From 1.29 on it sends telemetry on Linux unless
    /// ORT_DISABLE_TELEMETRY is in the native environment, which <see cref="Environment.SetEnvironmentVariable(string, string?)"/> does not reach.
    /// </summary>
    public static void Prepare()
    {
        lock (Gate)
        {
            if (!prepared && !OperatingSystem.IsWindows())
            {
                _ = SetEnvironment("ORT_DISABLE_TELEMETRY", "1", 1);
            }

            prepared = true;
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
