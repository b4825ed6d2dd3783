namespace EdgePose.Inference.Tests;

public sealed class PoseNetworkTests
{
    [Fact]
    public void A_network_gives_what_the_plain_sum_gives_for_every_cell()
    {
        using var folder = new NetworkFolder(NetworkFolder.Small(0.01f).ToArray());
        using PoseNetwork network = folder.Open();
        Span<float> input = Fill(network, 0, 1, seed: 5);
        network.Run(0, 2);
        Heatmaps heatmaps = network.Heatmaps(0, 1);
        Assert.Equal((19, 2, 3), (heatmaps.Channels, heatmaps.HeightCells, heatmaps.WidthCells));
        Assert.Equal(38, network.Pafs(0, 1).Channels);
        for (int cell = 0; cell < 6; cell++)
        {
            double sum = 0;
            for (int plane = 0; plane < 3; plane++)
            {
                for (int pixel = 0; pixel < 64; pixel++)
                {
                    sum += input[(plane * 16 * 24) + (((cell / 3 * 8) + (pixel / 8)) * 24) + (cell % 3 * 8) + (pixel % 8)];
                }
            }

            Assert.Equal(sum * 0.01, heatmaps.Channel(7)[cell], 2);
        }
    }

    [Fact]
    public void A_batch_of_two_equals_two_batches_of_one_on_the_shipped_network()
    {
        using PoseNetwork network = Shipped(2, 2);
        Fill(network, 0, 0, 1);
        Fill(network, 0, 1, 2);
        network.Run(0, 2);
        float[] first = network.Heatmaps(0, 0).Values.ToArray(), second = network.Pafs(0, 1).Values.ToArray();
        Fill(network, 1, 0, 1);
        network.Run(1, 1);
        AssertNear(first, network.Heatmaps(1, 0).Values);
        Fill(network, 1, 0, 2);
        network.Run(1, 1);
        AssertNear(second, network.Pafs(1, 0).Values);
    }

    [Fact]
    public void The_same_picture_gives_the_same_bits()
    {
        using PoseNetwork network = Shipped(1, 1);
        Fill(network, 0, 0, 3);
        network.Run(0, 1);
        float[] once = network.Pafs(0, 0).Values.ToArray();
        network.Run(0, 1);
        Assert.Equal(once, network.Pafs(0, 0).Values.ToArray());
    }

    [Fact]
    public void A_run_allocates_nothing_on_the_managed_heap()
    {
        using PoseNetwork network = Shipped(2, 2);
        network.Warm();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 4; i++)
        {
            network.Run(i & 1, 1 + (i >> 1));
            _ = network.Heatmaps(i & 1, 0);
            _ = network.Pafs(i & 1, 0);
            _ = network.Input(i & 1, 1);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void An_earlier_exit_gives_other_maps()
    {
        using PoseNetwork deep = Shipped(1, 1);
        using PoseNetwork early = Shipped(1, 1, "initial");
        Assert.Equal("initial", early.Exit.Name);
        Fill(deep, 0, 0, 1);
        Fill(early, 0, 0, 1);
        deep.Run(0, 1);
        early.Run(0, 1);
        Assert.NotEqual(deep.Heatmaps(0, 0).Values.ToArray(), early.Heatmaps(0, 0).Values.ToArray());
    }

    [Fact]
    public void A_batch_or_a_picture_out_of_range_is_refused()
    {
        using var folder = new NetworkFolder();
        using PoseNetwork network = folder.Open();
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Run(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Run(0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = network.Heatmaps(0, 2).Channels);
    }

    [Fact]
    public void Without_a_gpu_build_the_processor_runs_and_the_report_says_why()
    {
        Assert.SkipWhen(GpuLibraries.InBuild, "this is the GPU build; GpuBuildTests test its reports");
        using var folder = new NetworkFolder();
        string cache = Path.Combine(folder.Folder, "engines");
        using PoseNetwork network = PoseNetwork.Open(
            NetworkManifest.Load(folder.Manifest), new NetworkShape(16, 24, 1), new ExecutionOptions { EngineCachePath = cache });
        Assert.Equal([ExecutionProvider.TensorRt, ExecutionProvider.Cuda], network.Providers.Refusals.Select(refusal => refusal.Provider));
        Assert.All(network.Providers.Refusals, refusal => Assert.Contains("install the GPU build", refusal.Reason, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', network.Providers.ToString());
        Assert.False(Directory.Exists(cache));
    }

    [Fact]
    public void Where_nothing_that_was_asked_works_every_reason_is_told()
    {
        using var folder = new NetworkFolder();
        using (PoseNetwork any = PoseNetwork.Open(NetworkManifest.Load(folder.Manifest), new NetworkShape(16, 24, 1), new ExecutionOptions { EngineCachePath = folder.Folder }))
        {
            Assert.SkipWhen(any.Providers.Ran != ExecutionProvider.Cpu, "this machine has a GPU build of ONNX Runtime that works");
        }

        NetworkException exception = Assert.Throws<NetworkException>(() => PoseNetwork.Open(
            NetworkManifest.Load(folder.Manifest), new NetworkShape(16, 24, 1), new ExecutionOptions { Providers = [ExecutionProvider.Cuda] }));
        Assert.Contains("add Cpu to the providers", exception.Message, StringComparison.Ordinal);
    }

    private static PoseNetwork Shipped(int batch, int slotCount, string? exit = null) =>
        PoseNetwork.Open(NetworkManifest.Load(NetworkFolder.Shipped()), new NetworkShape(64, 96, batch), NetworkFolder.Cpu, exit, slotCount: slotCount);

    private static Span<float> Fill(PoseNetwork network, int slot, int index, int seed)
    {
        var random = new Random(seed);
        Span<float> input = network.Input(slot, index);
        foreach (ref float value in input)
        {
            value = random.Next(256);
        }

        return input;
    }

    private static void AssertNear(float[] expected, ReadOnlySpan<float> actual)
    {
        float largest = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(expected[i] - actual[i]));
        }

        Assert.InRange(largest, 0, 1e-5f);
    }
}
