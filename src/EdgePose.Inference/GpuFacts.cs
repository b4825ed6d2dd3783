using System.Runtime.InteropServices;
using System.Text;

namespace EdgePose.Inference;

/// <summary>What the native libraries say about GPU and TensorRT; asked by hand because ONNX Runtime does not tell. "none" where there is none.</summary>
internal static unsafe class GpuFacts
{
    /// <summary>The library of the CUDA driver interface. It comes with the driver, not with CUDA.</summary>
    public const string Driver = "libcuda.so.1";

    /// <summary>TensorRT's version number, for example 101300 for 10.13.0. Source: getInferLibVersion of NvInferRuntime.h.</summary>
    public static string TensorRtVersion()
    {
        foreach (string library in (ReadOnlySpan<string>)["libnvinfer.so.11", "libnvinfer.so.10", "libnvinfer.so.8", "libnvinfer.so"])
        {
            if (NativeLibrary.TryLoad(library, out nint handle) && NativeLibrary.TryGetExport(handle, "getInferLibVersion", out nint version))
            {
                return ((delegate* unmanaged[Cdecl]<int>)version)().ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        return "none";
    }

    /// <summary>Why the driver gives no GPU, in one line; null when it gives this one.</summary>
    /// <param name="deviceId">Number of the GPU, from 0.</param>
    public static string? WhyNoGpu(int deviceId)
    {
        if (!NativeLibrary.TryLoad(Driver, out nint driver)
            || !NativeLibrary.TryGetExport(driver, "cuInit", out nint init)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGet", out nint get))
        {
            return $"missing {Driver} (the NVIDIA driver); install it";
        }

        int device;
        int fault = ((delegate* unmanaged[Cdecl]<uint, int>)init)(0);
        if (fault != 0)
        {
            return $"the NVIDIA driver finds no GPU (cuInit returned {fault}); check nvidia-smi and the rights on /dev/nvidia*";
        }

        fault = ((delegate* unmanaged[Cdecl]<int*, int, int>)get)(&device, deviceId);
        return fault == 0 ? null : $"the NVIDIA driver has no GPU {deviceId} (cuDeviceGet returned {fault})";
    }

    /// <summary>The GPU's name. Source: cuInit, cuDeviceGet and cuDeviceGetName of the CUDA driver interface, which return 0 for success.</summary>
    public static string GpuName(int deviceId)
    {
        if (!NativeLibrary.TryLoad(Driver, out nint driver)
            || !NativeLibrary.TryGetExport(driver, "cuInit", out nint init)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGet", out nint get)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetName", out nint getName))
        {
            return "none";
        }

        int device;
        Span<byte> name = stackalloc byte[256];
        name.Clear();
        fixed (byte* text = name)
        {
            return ((delegate* unmanaged[Cdecl]<uint, int>)init)(0) == 0
                && ((delegate* unmanaged[Cdecl]<int*, int, int>)get)(&device, deviceId) == 0
                && ((delegate* unmanaged[Cdecl]<byte*, int, int, int>)getName)(text, name.Length - 1, device) == 0
                ? Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)])
                : "none";
        }
    }
}
