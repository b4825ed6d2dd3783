using Microsoft.ML.OnnxRuntime;

namespace EdgePose.Inference.Tests.Gpu;

/// <summary>Every option that we set, read by the parser of the real provider library. What the options do on a GPU is not proved here.</summary>
[Collection(StubLibraries.Collection)]
public sealed class OptionParserTests : IDisposable
{
    private static readonly NetworkInput Input = new() { Name = "image", Channels = ChannelOrder.Bgr, NormalisedInside = true, MultipleOf = 8 };

    private readonly StubLibraries? stubs;

    public OptionParserTests()
    {
        if (!GpuLibraries.InBuild)
        {
            return;
        }

        OnnxRuntimeEnvironment.Prepare();
        stubs = StubLibraries.Create();
        Environment.SetEnvironmentVariable(GpuLibraries.FoldersVariable, stubs.Folder);
        Assert.Empty(GpuLibraries.Load(GpuLibraries.FileOf(ExecutionProvider.Cuda)!));
        Assert.Empty(GpuLibraries.Load(GpuLibraries.FileOf(ExecutionProvider.TensorRt)!));
    }

    [Theory]
    [InlineData(NetworkPrecision.Fp32)]
    [InlineData(NetworkPrecision.Fp16)]
    [InlineData(NetworkPrecision.Int8)]
    public void The_parser_of_TensorRT_takes_every_option_and_keeps_its_value(NetworkPrecision precision)
    {
        StubLibraries.NeedGpuBuild();
        IReadOnlyDictionary<string, string> settings = TensorRtSettings.Create(
            new ExecutionOptions { Precision = precision }, Input, new NetworkShape(256, 456, 4), "/var/cache/edgepose/engines/key");
        foreach ((string key, string value) in settings)
        {
            using var one = new OrtTensorRTProviderOptions();
            one.UpdateOptions(new Dictionary<string, string> { [key] = value });
            Assert.Contains($"{key}={value}", one.GetOptions().Split(';'));
        }

        using var all = new OrtTensorRTProviderOptions();
        all.UpdateOptions(new Dictionary<string, string>(settings));
        Assert.Subset(all.GetOptions().Split(';').ToHashSet(), settings.Select(pair => $"{pair.Key}={pair.Value}").ToHashSet());
        Measured.Say($"{settings.Count} options taken by the TensorRT provider of ONNX Runtime {OnnxRuntimeEnvironment.Version}");
    }

    [Fact]
    public void The_parser_of_CUDA_takes_every_option_and_keeps_its_value()
    {
        StubLibraries.NeedGpuBuild();
        IReadOnlyDictionary<string, string> settings = CudaSettings.Create(new ExecutionOptions());
        using var all = new OrtCUDAProviderOptions();
        all.UpdateOptions(new Dictionary<string, string>(settings));
        Assert.Subset(all.GetOptions().Split(';').ToHashSet(), settings.Select(pair => $"{pair.Key}={pair.Value}").ToHashSet());
        Measured.Say($"{settings.Count} options taken by the CUDA provider of ONNX Runtime {OnnxRuntimeEnvironment.Version}");
    }

    [Fact]
    public void The_parsers_refuse_an_unknown_option_and_a_wrong_value()
    {
        StubLibraries.NeedGpuBuild();
        using var tensorRt = new OrtTensorRTProviderOptions();
        using var cuda = new OrtCUDAProviderOptions();
        Assert.Equal("Unknown provider option: \"trt_fp61_enable\"", Refused(() => tensorRt.UpdateOptions(new Dictionary<string, string> { ["trt_fp61_enable"] = "1" })));
        Assert.Equal("Unknown provider option: \"device\"", Refused(() => cuda.UpdateOptions(new Dictionary<string, string> { ["device"] = "0" })));
        Assert.Equal(
            "Failed to parse provider option \"trt_fp16_enable\": Failed to parse value: \"0\"", // it names the default, not the text
            Refused(() => tensorRt.UpdateOptions(new Dictionary<string, string> { ["trt_fp16_enable"] = "perhaps" })));
        Assert.Contains("device_id", Refused(() => cuda.UpdateOptions(new Dictionary<string, string> { ["device_id"] = "1" })), StringComparison.Ordinal); // there is one device
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(GpuLibraries.FoldersVariable, null);
        stubs?.Dispose();
    }

    private static string Refused(Action update) => OnnxRuntimeMessage.Readable(Assert.Throws<OnnxRuntimeException>(update).Message);
}
