namespace EdgePose.Inference.Tests;

/// <summary>A network that fails while running: a real fault of the real runtime, set off by what the picture shows.</summary>
public sealed class NetworkRunTests
{
    private static readonly NetworkShape Shape = new(16, 24, 2);

    [Fact]
    public void A_run_that_fails_says_on_what_and_why_and_the_next_may_succeed()
    {
        using var folder = new NetworkFolder(new OnnxWriter().Input("image", -1, 3, -1, -1).FailingOutput("heat", 19).Output("paf", 38).ToArray());
        using PoseNetwork network = folder.Open(Shape);
        network.Input(0, 0).Fill(90);
        network.Run(0, 1);
        network.Input(0, 0).Fill(255);
        var failure = Assert.Throws<NetworkRunException>(() => network.Run(0, 1));
        Assert.Equal(ExecutionProvider.Cpu, failure.Provider);
        Assert.Contains("out of data bounds", failure.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
        network.Input(0, 0).Fill(90);
        network.Run(0, 1);
    }

    [Fact]
    public void A_provider_that_failed_while_running_is_not_tried_again_and_told_with_its_reason()
    {
        var options = NetworkFolder.Cpu with { Providers = [ExecutionProvider.Cuda, ExecutionProvider.Cpu] };
        var left = options.Without(ExecutionProvider.Cuda, "the GPU was lost");
        Assert.NotNull(left);
        using var folder = new NetworkFolder();
        using PoseNetwork network = PoseNetwork.Open(NetworkManifest.Load(folder.Manifest), Shape, left);
        Assert.Equal(ExecutionProvider.Cpu, network.Providers.Ran);
        Assert.Equal(options.Providers, network.Providers.Asked);
        Assert.Equal("failed while running: the GPU was lost", Assert.Single(network.Providers.Refusals).Reason);
        Assert.Null(left.Without(ExecutionProvider.Cpu, "no memory"));
    }

    /// <summary>Two whole packages take turns under the same names, file and manifest apart, each cut short in between: what opens is one of the two, whole.</summary>
    [Fact]
    public async Task A_network_that_is_replaced_while_it_is_opened_is_used_whole_and_checked_or_refused()
    {
        using var one = new NetworkFolder(NetworkFolder.Small(1f).ToArray());
        using var other = new NetworkFolder(NetworkFolder.Small(2f).ToArray());
        byte[][] networks = [await File.ReadAllBytesAsync(one.Onnx), await File.ReadAllBytesAsync(other.Onnx)];
        byte[][] manifests = [await File.ReadAllBytesAsync(one.Manifest), await File.ReadAllBytesAsync(other.Manifest)];
        using var folder = new NetworkFolder();
        using var stop = new CancellationTokenSource();
        Task replacing = Task.Run(() =>
        {
            var random = new Random(5);
            while (!stop.IsCancellationRequested)
            {
                int which = random.Next(2);
                Copy(random.Next(3) == 0 ? networks[which][..random.Next(networks[which].Length)] : networks[which], folder.Onnx);
                Copy(manifests[which], folder.Manifest);
                Thread.Sleep(random.Next(4));
            }
        });
        int opened = 0, refused = 0;
        for (int round = 0; round < 400 || ((opened == 0 || refused == 0) && round < 40_000); round++)
        {
            try
            {
                NetworkManifest manifest = NetworkManifest.Load(folder.Manifest);
                using PoseNetwork network = PoseNetwork.Open(manifest, Shape, NetworkFolder.Cpu);
                network.Input(0, 0).Fill(1);
                network.Run(0, 1);
                float weight = manifest.Sha256 == NetworkManifest.Load(one.Manifest).Sha256 ? 1 : 2;
                Assert.Equal(weight * 3 * 8 * 8, network.Heatmaps(0, 0).Values[0]);
                opened++;
            }
            catch (NetworkException exception)
            {
                Assert.DoesNotContain("another process", exception.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        await stop.CancelAsync();
        await replacing;
        TestContext.Current.TestOutputHelper?.WriteLine($"opened whole {opened}, refused {refused}");
        Assert.NotEqual(0, opened);
        Assert.NotEqual(0, refused);
    }

    /// <summary>As cp does it: in place and without a lock.</summary>
    private static void Copy(byte[] content, string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        file.Write(content);
    }
}
