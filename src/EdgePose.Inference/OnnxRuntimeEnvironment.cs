using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace EdgePose.Inference;

/// <summary>The state of ONNX Runtime that the whole process shares.</summary>
public static partial class OnnxRuntimeEnvironment
{
    /// <summary>Environment variable: 1 writes ONNX Runtime's warnings and errors to standard error.</summary>
    public const string LogVariable = "EDGEPOSE_ONNXRUNTIME_LOG";

    private static readonly Lock Gate = new();

    /// <summary>Held here because native code calls it and the collector does not see that.</summary>
    private static readonly DOrtLoggingFunction Logger = Log;

    private static readonly bool Logs = Environment.GetEnvironmentVariable(LogVariable) == "1";
    private static bool prepared;

    /// <summary>Version of the native library.</summary>
    public static string Version
    {
        get
        {
            Prepare();
            return OrtEnv.Instance().GetVersionString();
        }
    }

    /// <summary>Whether this build carries the CUDA provider (-p:EdgePoseGpu=true, or a Jetson's package).</summary>
    public static bool HasGpu => GpuLibraries.InBuild;

    /// <summary>
    /// Switches ONNX Runtime's telemetry off, and its own log. Call it first; a second call does nothing. From 1.29 on it sends telemetry on Linux
    /// unless ORT_DISABLE_TELEMETRY is in the native environment, which <see cref="Environment.SetEnvironmentVariable(string, string?)"/> does not reach.
    /// </summary>
    /// <remarks>The log repeats, in colours, what the exceptions say. <see cref="LogVariable"/> shows it.</remarks>
    public static void Prepare()
    {
        lock (Gate)
        {
            if (prepared)
            {
                return;
            }

            if (!OperatingSystem.IsWindows())
            {
                _ = SetEnvironment("ORT_DISABLE_TELEMETRY", "1", 1);
            }

            if (!OrtEnv.IsCreated)
            {
                var options = new EnvironmentCreationOptions
                {
                    logId = "EdgePose",
                    logLevel = Logs ? OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING : OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
                    loggingFunction = Logger,
                };
                _ = OrtEnv.CreateInstanceWithOptions(ref options);
            }

            prepared = true;
        }
    }

    private static void Log(IntPtr param, OrtLoggingLevel severity, string category, string logId, string codeLocation, string message)
    {
        if (Logs)
        {
            Console.Error.WriteLine($"ONNX Runtime ({codeLocation}): {message.ReplaceLineEndings(" ").Trim()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
