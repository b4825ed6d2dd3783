using System.Diagnostics;

namespace EdgePose.Inference.Tests.Gpu;

/// <summary>
/// Stands for the NVIDIA libraries: shared objects with their names, their symbols and no code of theirs, laid out as Python's packages do.
/// With them the real provider libraries of ONNX Runtime load, so their option parsers run. The runtime has one device, the driver has none.
/// </summary>
public sealed class StubLibraries : IDisposable
{
    /// <summary>Tests that change EDGEPOSE_GPU_LIBRARIES of this process run one after the other.</summary>
    public const string Collection = "the folders of GPU libraries";

    /// <summary>Skips the running test outside the GPU build.</summary>
    public static void NeedGpuBuild() => Assert.SkipUnless(GpuLibraries.InBuild, "this is not the GPU build; ./test.sh --gpu-build makes it and runs this test");

    private StubLibraries(string folder) => Folder = folder;

    /// <summary>The folder for EDGEPOSE_GPU_LIBRARIES.</summary>
    public string Folder { get; }

    /// <summary>Skips the running test of missing libraries where the linker has them. The process itself is not asked, because it may hold stubs.</summary>
    public static void NeedMissingLibraries() =>
        Assert.SkipWhen(Output("/sbin/ldconfig", "-p").Contains("libcublas.so.13 ", StringComparison.Ordinal), "this machine has CUDA 13");

    public static StubLibraries Create()
    {
        var stubs = new StubLibraries(Directory.CreateTempSubdirectory("edgepose-stubs-").FullName);
        string[] providers = [GpuLibraries.FileOf(ExecutionProvider.Cuda)!, GpuLibraries.FileOf(ExecutionProvider.TensorRt)!];

        // "                 U cublasCreate_v2@libcublas.so.13": name, and the library as the version where there is one.
        string[][] symbols =
        [
            .. providers.SelectMany(provider => Output("nm", "-D", "--undefined-only", provider).Split('\n'))
                .Select(line => line.Trim().Split(' '))
                .Where(parts => parts is ["U", _])
                .Select(parts => parts[1].Split('@', StringSplitOptions.RemoveEmptyEntries))
                .Where(parts => parts[0] != "Provider_GetHost"),
        ];
        string[] libraries =
        [
            .. providers.SelectMany(ElfFile.Needed).Append("libcudnn.so.9").Distinct()
                .Where(name => name.StartsWith("libcu", StringComparison.Ordinal) || name.StartsWith("libnv", StringComparison.Ordinal)),
        ];
        foreach (string library in libraries)
        {
            bool takesPlain = library.StartsWith("libcuda.", StringComparison.Ordinal) || library.StartsWith("libnvinfer.", StringComparison.Ordinal);
            IEnumerable<string> names = symbols.Where(parts => parts is [_, var version] ? version == library : takesPlain).Select(parts => parts[0]);
            if (library.StartsWith("libcuda.", StringComparison.Ordinal))
            {
                names = names.Concat(["cuInit", "cuDeviceGet", "cuDeviceGetName"]);
            }

            stubs.Compile(library, string.Join('\n', names.Distinct().Select(Function)));
        }

        return stubs;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string Function(string name) => name switch
    {
        "getInferLibVersion" => $"int {name}(void) {{ return 101600; }}",
        "cudaGetDeviceCount" => $"int {name}(int *count) {{ *count = 1; return 0; }}",
        "cudaGetErrorString" or "cudaGetErrorName" => $"const char *{name}(void) {{ return \"stub\"; }}",
        "cuInit" or "cuDeviceGet" => $"int {name}(void) {{ return 100; }}", // CUDA_ERROR_NO_DEVICE
        _ => $"long {name}(void) {{ return 0; }}",
    };

    private void Compile(string library, string source)
    {
        string place = Path.Combine(
            Folder,
            library.StartsWith("libnv", StringComparison.Ordinal) ? "tensorrt_libs" : library.StartsWith("libcudnn", StringComparison.Ordinal) ? "nvidia/cudnn/lib" : "nvidia/cu13/lib");
        Directory.CreateDirectory(place);
        string file = Path.Combine(place, library), code = Path.Combine(Folder, library + ".c"), map = Path.Combine(Folder, library + ".map");
        File.WriteAllText(code, source);
        File.WriteAllText(map, $"{library} {{ global: *; }};");
        Output("gcc", "-w", "-shared", "-fPIC", $"-Wl,-soname,{library}", $"-Wl,--version-script,{map}", "-o", file, code);
    }

    private static string Output(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
        return said;
    }
}
