namespace EdgePose.Testing;

/// <summary>What the processor of this machine can do, as the kernel says.</summary>
internal static class Processor
{
    private const string Facts = "/proc/cpuinfo";

    /// <summary>Skips the test where the processor has no VNNI: there ONNX Runtime's 8-bit products saturate at 16 bits, so full-range weights give other maps.</summary>
    /// <remarks>Source: ONNX Runtime, "Quantize ONNX models", on U8S8 and S8S8 with AVX2 and AVX-512.</remarks>
    public static void NeedVnni()
    {
        if (!File.Exists(Facts) || !File.ReadAllText(Facts).Contains("vnni", StringComparison.Ordinal))
        {
            Assert.Skip("the processor has no VNNI: 8-bit products of full-range weights saturate in ONNX Runtime there");
        }
    }
}
