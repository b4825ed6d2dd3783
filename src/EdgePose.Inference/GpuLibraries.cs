using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace EdgePose.Inference;

/// <summary>
/// Finds and loads the NVIDIA libraries that a provider of ONNX Runtime needs. A library that is loaded already satisfies a provider by its name,
/// so a library outside the linker's path works too. The list comes from the provider's own file, because it differs between CUDA 12 and 13.
/// </summary>
internal static partial class GpuLibraries
{
    /// <summary>Environment variable with more folders, separated by colons.</summary>
    public const string FoldersVariable = "EDGEPOSE_GPU_LIBRARIES";

    /// <summary>ONNX Runtime opens cuDNN by this name in the middle of a run, so the file of the CUDA provider does not list it.</summary>
    private const string CuDnn = "libcudnn.so.9";

    private static readonly Lock Gate = new();

    /// <summary>Whether this build carries the CUDA provider.</summary>
    public static bool InBuild => FileOf(ExecutionProvider.Cuda) is not null;

    /// <summary>Why the provider cannot run here, in one line; null when its libraries are loaded and the driver has the GPU.</summary>
    /// <param name="provider">Which.</param>
    /// <param name="deviceId">Number of the GPU, from 0.</param>
    /// <remarks>Null comes back for a provider without a library, and for a build without the provider: ONNX Runtime then reports it.</remarks>
    public static string? WhyNot(ExecutionProvider provider, int deviceId)
    {
        if (FileOf(provider) is not { } file)
        {
            return null;
        }

        string missing = string.Join(", ", Load(file).Select(name => $"{name} ({Product(name)})"));
        return missing.Length == 0
            ? GpuFacts.WhyNoGpu(deviceId)
            : $"missing {missing}; install what is missing, or leave {provider} out of the providers; docs/install.md names the folders that are searched";
    }

    /// <summary>Loads what the provider's file needs, for the life of the process.</summary>
    /// <param name="file">A provider of ONNX Runtime.</param>
    /// <returns>The NVIDIA libraries that cannot be loaded: the name, or the linker's own line.</returns>
    public static string[] Load(string file)
    {
        lock (Gate)
        {
            List<string> needed = [.. ElfFile.Needed(file).Where(IsNvidia)];
            if (!needed.Any(name => name.StartsWith("libcudnn.", StringComparison.Ordinal)))
            {
                needed.Add(CuDnn);
            }

            needed.Add(GpuFacts.Driver); // both ask for the GPU; Distinct drops it where the file names it too
            return [.. needed.Distinct().Select(name => Load(name, depth: 0)).OfType<string>()];
        }
    }

    /// <summary>The file of a provider in this program's native folders; null without one.</summary>
    public static string? FileOf(ExecutionProvider provider)
    {
        if (Provider.Of(provider).Library is not { } name)
        {
            return null;
        }

        var native = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        IEnumerable<string> folders = native.Split(':', StringSplitOptions.RemoveEmptyEntries).Append(AppContext.BaseDirectory);
        return folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>The folders that are searched after the linker's own, in order.</summary>
    internal static IEnumerable<string> Folders()
    {
        string[] asked = (Environment.GetEnvironmentVariable(FoldersVariable) ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        foreach (string folder in asked)
        {
            yield return folder;

            // Python's packages nvidia-* and tensorrt put their libraries here, below the folder of all packages.
            string packages = Path.Combine(folder, "nvidia");
            IEnumerable<string> found = Directory.Exists(packages) ? Directory.EnumerateDirectories(packages).Order(StringComparer.Ordinal) : [];
            foreach (string package in found)
            {
                yield return Path.Combine(package, "lib");
            }

            yield return Path.Combine(folder, "tensorrt_libs");
        }

        yield return AppContext.BaseDirectory;
        yield return "/usr/local/cuda/lib64";
    }

    /// <summary>What has to be installed for a library, for example "CUDA 13".</summary>
    internal static string Product(string library)
    {
        string major = MajorVersion().Match(library).Groups[1].Value;
        return library.Split('.')[0] switch
        {
            "libcuda" => "the NVIDIA driver",
            "libcudnn" => $"cuDNN {major}",
            "libcublas" or "libcublasLt" or "libcudart" => $"CUDA {major}",
            var name when name.StartsWith("libnv", StringComparison.Ordinal) => $"TensorRT {major}",
            _ => "CUDA", // cuRAND, cuFFT and others have version numbers of their own
        };
    }

    /// <summary>Null when it is loaded, else what is missing.</summary>
    private static string? Load(string name, int depth)
    {
        string? fault = Open(name);
        if (fault == name && Folders().Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } path)
        {
            fault = Open(path);
            name = path;
        }

        // A library that is there may need another one that only these folders have. Each round loads one, and no chain is that long.
        for (; fault is not null && fault != name && depth < 8; depth++)
        {
            if (!IsNvidia(fault) || Load(fault, depth + 1) is not null)
            {
                return fault;
            }

            fault = Open(name);
        }

        return fault;
    }

    /// <summary>Null when the linker loads it; the name of what it does not find, or its line when it does not like the file.</summary>
    private static string? Open(string library)
    {
        try
        {
            NativeLibrary.Load(library);
            return null;
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            if (NotFound().Match(exception.Message) is { Success: true } missing)
            {
                return missing.Groups[1].Value;
            }

            string[] lines = exception.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return lines.LastOrDefault(line => line.StartsWith(library, StringComparison.Ordinal)) ?? library;
        }
    }

    private static bool IsNvidia(string library) =>
        library.StartsWith("libcu", StringComparison.Ordinal) || library.StartsWith("libnv", StringComparison.Ordinal);

    // The words of glibc's dlerror.
    [GeneratedRegex(@"(\S+): cannot open shared object file")]
    private static partial Regex NotFound();

    [GeneratedRegex(@"\.so\.([0-9]+)")]
    private static partial Regex MajorVersion();
}
