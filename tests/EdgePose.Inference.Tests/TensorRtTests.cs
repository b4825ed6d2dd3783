using Microsoft.Extensions.Time.Testing;

namespace EdgePose.Inference.Tests;

public sealed class TensorRtTests
{
    private static readonly NetworkInput Input = new() { Name = "image", Channels = ChannelOrder.Bgr, NormalisedInside = true, MultipleOf = 8 };
    private static readonly EngineKey Key = new("v0", "aa", "1.31.1", "101300", "Orin (nvgpu)", NetworkPrecision.Fp16, "image:4x3x256x456");

    [Theory]
    [InlineData(NetworkPrecision.Fp32, "0", "0")]
    [InlineData(NetworkPrecision.Fp16, "1", "0")]
    [InlineData(NetworkPrecision.Int8, "1", "1")]
    public void The_options_follow_precision_shape_and_cache(NetworkPrecision precision, string fp16, string int8)
    {
        IReadOnlyDictionary<string, string> settings = TensorRtSettings.Create(
            new ExecutionOptions { Precision = precision, DeviceId = 1 }, Input, new NetworkShape(256, 456, 4), "/cache/key");
        Assert.Equal(fp16, settings["trt_fp16_enable"]);
        Assert.Equal(int8, settings["trt_int8_enable"]);
        Assert.Equal("1", settings["device_id"]);
        Assert.Equal("/cache/key", settings["trt_engine_cache_path"]);
        Assert.Equal("/cache/key", settings["trt_timing_cache_path"]);
        Assert.All(["min", "opt", "max"], bound => Assert.Equal("image:4x3x256x456", settings[$"trt_profile_{bound}_shapes"]));
    }

    [Fact]
    public void Each_part_of_the_key_changes_the_folder()
    {
        EngineKey[] others =
        [
            Key with { ModelSha256 = "bb" }, Key with { OnnxRuntimeVersion = "1.25.0" }, Key with { TensorRtVersion = "100300" }, Key with { GpuName = "Thor" },
            Key with { Precision = NetworkPrecision.Int8 }, Key with { ShapeProfile = "image:2x3x256x456" },
        ];
        Assert.Equal(others.Length + 1, others.Append(Key).Select(key => key.FolderName).Distinct().Count());
        Assert.Equal(Key.FolderName, (Key with { }).FolderName);
        Assert.DoesNotContain('/', (Key with { ModelId = "../x" }).FolderName);
    }

    [Fact]
    public void Engines_of_another_key_are_stale_and_foreign_folders_are_left_alone()
    {
        string root = Directory.CreateTempSubdirectory("edgepose-engines-").FullName;
        try
        {
            var cache = new EngineCache(root);
            Assert.False(cache.IsBuilt(Key));
            string folder = cache.Open(Key);
            Assert.False(cache.IsBuilt(Key));
            File.WriteAllText(Path.Combine(folder, "x.engine"), "engine");
            Assert.True(cache.IsBuilt(Key));
            EngineKey newer = Key with { TensorRtVersion = "101600" };
            Directory.CreateDirectory(Path.Combine(root, "photos"));
            cache.Open(Key with { ModelId = "other" });
            Assert.Equal([folder], cache.Stale(newer));
            Assert.Empty(cache.Stale(Key));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public void A_cache_that_cannot_be_made_is_told_with_the_remedy()
    {
        string file = Path.GetTempFileName();
        try
        {
            Assert.Contains("cannot be written", Assert.Throws<EngineCacheException>(() => new EngineCache(file).Open(Key)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void What_an_engine_is_for_is_written_once_and_again_only_where_it_differs()
    {
        string root = Directory.CreateTempSubdirectory("edgepose-engines-").FullName;
        try
        {
            string written = Path.Combine(new EngineCache(root).Open(Key), "engine.json");
            File.SetLastWriteTimeUtc(written, DateTime.UnixEpoch);
            new EngineCache(root).Open(Key with { });
            Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(written)); // a full disk does not keep a built engine from running
            byte[] whole = File.ReadAllBytes(written);
            File.WriteAllBytes(written, whole[..20]); // as a power cut leaves it
            new EngineCache(root).Open(Key);
            Assert.Equal(whole, File.ReadAllBytes(written));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public void A_cache_that_cannot_be_written_refuses_its_provider_with_the_reason_and_the_next_one_runs()
    {
        // Without TensorRT here, the first of two entries for the processor stands for it: what is proved is that the fault of the cache ends the try, and not the list.
        using var folder = new NetworkFolder();
        NetworkManifest manifest = NetworkManifest.Load(folder.Manifest);
        var tries = 0;
        (Microsoft.ML.OnnxRuntime.InferenceSession session, ProviderReport report) = ExecutionProviders.Create(
            OnnxFile.Read(manifest), manifest, new NetworkShape(64, 64, 1), new ExecutionOptions { Providers = [ExecutionProvider.Cpu, ExecutionProvider.Cpu] }, progress: null,
            _ =>
            {
                if (tries++ == 0)
                {
                    new EngineCache(folder.Onnx).Open(Key);
                }
            },
            TimeProvider.System);
        session.Dispose();
        Assert.Equal((2, ExecutionProvider.Cpu), (tries, report.Ran));
        Assert.Contains("the engine cache cannot be written", Assert.Single(report.Refusals).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_build_is_not_silent()
    {
        var time = new FakeTimeProvider();
        var said = new Said();
        using (new BuildProgress("v0: preparing TensorRt", said, time))
        {
            time.Advance(TimeSpan.FromSeconds(5));
            time.Advance(TimeSpan.FromSeconds(5));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(["v0: preparing TensorRt: still at it after 5 s", "v0: preparing TensorRt: still at it after 10 s"], said.Lines);
    }

    private sealed class Said : IProgress<string>
    {
        public List<string> Lines { get; } = [];

        public void Report(string value) => Lines.Add(value);
    }
}
