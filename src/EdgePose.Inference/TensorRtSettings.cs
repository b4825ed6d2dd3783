using System.Globalization;

namespace EdgePose.Inference;

/// <summary>The TensorRT provider's options. Source of names and meanings: ONNX Runtime's documentation of the TensorRT execution provider.</summary>
public static class TensorRtSettings
{
    /// <summary>
    /// The input's shape as a profile, for example <c>image:4x3x256x456</c>. Least, best and most are the same, because every batch is padded to the maximum. A shape outside the profile
    /// rebuilds the engine in the middle of the stream (36 to 100 s).
    /// </summary>
    public static string ShapeProfile(NetworkInput input, NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(input);
        return string.Create(CultureInfo.InvariantCulture, $"{input.Name}:{shape.MaxBatch}x3x{shape.InputHeightPx}x{shape.InputWidthPx}");
    }

    /// <summary>The options, by their names in ONNX Runtime.</summary>
    /// <param name="options">Device and precision.</param>
    /// <param name="input">The network's input.</param>
    /// <param name="shape">Its fixed shape.</param>
    /// <param name="cacheFolder">Folder of this engine's key.</param>
    public static IReadOnlyDictionary<string, string> Create(ExecutionOptions options, NetworkInput input, NetworkShape shape, string cacheFolder)
    {
        ArgumentNullException.ThrowIfNull(options);
        string profile = ShapeProfile(input, shape);
        return new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["device_id"] = options.DeviceId.ToString(CultureInfo.InvariantCulture),
            // Int8 without fp16 would run every layer outside the quantised ones in fp32.
            ["trt_fp16_enable"] = options.Precision is NetworkPrecision.Fp16 or NetworkPrecision.Int8 ? "1" : "0",
            ["trt_int8_enable"] = options.Precision is NetworkPrecision.Int8 ? "1" : "0",
            ["trt_engine_cache_enable"] = "1",
            ["trt_engine_cache_path"] = cacheFolder,
            ["trt_timing_cache_enable"] = "1",
            ["trt_timing_cache_path"] = cacheFolder,
            ["trt_profile_min_shapes"] = profile,
            ["trt_profile_opt_shapes"] = profile,
            ["trt_profile_max_shapes"] = profile,
            // On a Jetson GPU and CPU share the memory: activations of several engines need not be held at once.
            ["trt_context_memory_sharing_enable"] = "1",
            // 3 is TensorRT's own default: higher levels build much longer for little.
            ["trt_builder_optimization_level"] = "3",
        };
    }
}
