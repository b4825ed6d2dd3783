using System.Diagnostics;

namespace EdgePose.Inference.Tests.Gpu;

/// <summary>The GPU build of the program, started on a machine without a GPU: the CPU runs, and each refusal is one line that a person can act on.</summary>
public sealed class GpuBuildTests
{
    private static readonly string Program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../EdgePose/release/edgepose"));

    [Fact]
    public void The_native_library_has_the_version_of_the_GPU_package()
    {
        StubLibraries.NeedGpuBuild();
        Assert.Contains($">{OnnxRuntimeEnvironment.Version}</OnnxRuntimeGpuVersion>", Repository.Read("Directory.Packages.props"), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_libraries_the_CPU_runs_and_each_refusal_names_them()
    {
        StubLibraries.NeedGpuBuild();
        StubLibraries.NeedMissingLibraries();
        string said = Doctor(libraries: null);
        string line = Assert.Single(said.Split('\n'), line => line.StartsWith("ok    provider", StringComparison.Ordinal));
        Assert.Contains("Cpu (asked TensorRt, Cuda, Cpu; TensorRt: missing ", line, StringComparison.Ordinal);
        Assert.All(
            [
                "libcublas.so.13 (CUDA 13)", "libnvinfer.so.10 (TensorRT 10)", "libcudnn.so.9 (cuDNN 9)", "libcuda.so.1 (the NVIDIA driver)", "; Cuda: missing ",
                "docs/install.md",
            ],
            part => Assert.Contains(part, line, StringComparison.Ordinal));
    }

    [Fact]
    public void With_the_libraries_of_Python_packages_the_driver_is_asked_for_the_GPU()
    {
        StubLibraries.NeedGpuBuild();
        using var stubs = StubLibraries.Create();
        string said = Doctor(stubs.Folder);
        Assert.Contains("TensorRt: the NVIDIA driver finds no GPU (cuInit returned 100)", said, StringComparison.Ordinal);
        Assert.Contains("Cuda: the NVIDIA driver finds no GPU (cuInit returned 100)", said, StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_build_without_the_libraries_is_refused_in_one_line()
    {
        StubLibraries.NeedGpuBuild();
        StubLibraries.NeedMissingLibraries();
        using var network = new NetworkFolder();
        (int code, string output, string error) = Run(
            null, "model", "build-engine", "--network", network.Manifest, "--width", "64", "--height", "64", "--engine-cache", network.Folder);
        Assert.Equal(69, code);
        Assert.Contains("missing libcublas.so.13", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        AssertReadable(output + error);
    }

    private static string Doctor(string? libraries)
    {
        using var network = new NetworkFolder();
        string file = Path.Combine(network.Folder, "edgepose.json");
        File.WriteAllText(
            file,
            """
            {
              "device": { "id": "gpu" },
              "network": { "manifest": "small.json", "inputWidthPx": 64, "inputHeightPx": 64, "maxBatch": 1, "providers": ["tensorrt", "cuda", "cpu"], "engineCachePath": "engines" },
              "mqtt": { "address": "mqtt://127.0.0.1:1" }
            }
            """);
        (_, string output, string error) = Run(libraries, "doctor", "--config", file);
        AssertReadable(output + error);
        Assert.Equal("", error);
        return output;
    }

    /// <summary>No C++ file or name, and no colour, as ONNX Runtime's own log has them.</summary>
    private static void AssertReadable(string said) =>
        Assert.All([".cc:", "onnxruntime::", "onnxruntime_src", "ErrorCode", "[E:", "\u001b"], mark => Assert.DoesNotContain(mark, said, StringComparison.Ordinal));

    private static (int Code, string Output, string Error) Run(string? libraries, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove(GpuLibraries.FoldersVariable);
        if (libraries is not null)
        {
            start.Environment[GpuLibraries.FoldersVariable] = libraries;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return (process.ExitCode, output.Result, error.Result);
    }
}
