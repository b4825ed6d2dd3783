namespace EdgePose.Inference.Tests.Gpu;

/// <summary>The messages are those of ONNX Runtime 1.31.0, as it gave them.</summary>
public sealed class OnnxRuntimeMessageTests
{
    [Theory]
    [InlineData(
        "[ErrorCode:RuntimeException] /onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:2043 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open shared object file: No such file or directory\n",
        "Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open shared object file: No such file or directory")]
    [InlineData(
        "[ErrorCode:Fail] /onnxruntime_src/onnxruntime/core/providers/tensorrt/tensorrt_execution_provider_info.cc:74 static onnxruntime::TensorrtExecutionProviderInfo onnxruntime::TensorrtExecutionProviderInfo::FromProviderOptions(const onnxruntime::ProviderOptions&) [ONNXRuntimeError] : 1 : FAIL : provider_options_utils.h:182 Parse Unknown provider option: \"trt_no_such\".\n",
        "Unknown provider option: \"trt_no_such\"")]
    [InlineData(
        "/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_execution_provider_info.cc:63 static onnxruntime::CUDAExecutionProviderInfo onnxruntime::CUDAExecutionProviderInfo::FromProviderOptions(const onnxruntime::ProviderOptions&) [ONNXRuntimeError] : 1 : FAIL : provider_options_utils.h:187 Parse Failed to parse provider option \"device_id\": CUDA failure 100: no CUDA-capable device is detected ; GPU=-1 ; hostname=vm ; file=/onnxruntime_src/x.cc ; line=70 ; expr=cudaGetDeviceCount(&num_devices); ",
        "CUDA failure 100: no CUDA-capable device is detected")]
    [InlineData("[ErrorCode:Fail] /src/a.cc:12 void onnxruntime::A::B(int, f(x)) const [with T = float] Something broke (twice).", "Something broke (twice)")]
    [InlineData("[ErrorCode:InvalidArgument] Got invalid dimensions for input: image", "Got invalid dimensions for input: image")]
    [InlineData("", "")]
    public void The_place_in_the_source_is_cut_and_the_reason_stays(string message, string readable) => Assert.Equal(readable, OnnxRuntimeMessage.Readable(message));
}
