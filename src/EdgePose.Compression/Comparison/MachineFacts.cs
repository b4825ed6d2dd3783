using System.Globalization;
using EdgePose.Inference;

namespace EdgePose.Compression.Comparison;

/// <summary>What a time was measured on: without it a time says nothing.</summary>
/// <param name="Processor">The processor's own name.</param>
/// <param name="Cores">Logical cores that this process may use.</param>
/// <param name="Runtime">Version of ONNX Runtime.</param>
/// <param name="Load">Processes that wanted a core, on average over the last minute; above <paramref name="Cores"/> times are those of a busy machine. Null where unknown.</param>
public sealed record MachineFacts(string Processor, int Cores, string Runtime, double? Load)
{
    /// <summary>Those of this machine, now.</summary>
    public static MachineFacts Now() => new(ReadProcessor(), Environment.ProcessorCount, OnnxRuntimeEnvironment.Version, ReadLoad());

    /// <summary>Linux names it in /proc/cpuinfo; on ARM there may be no name but that of the device tree.</summary>
    private static string ReadProcessor()
    {
        const string Device = "/proc/device-tree/model";
        var named = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : null;
        return named ?? (File.Exists(Device) ? File.ReadAllText(Device).Trim('\0', '\n') : System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString());
    }

    private static double? ReadLoad() =>
        File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : null;
}
