using EdgePose.Compression.Tests;
using EdgePose.Decoding;
using EdgePose.Inference;

namespace EdgePose.Compression.Family.Tests;

/// <summary>A network without PAFs goes the daemon's way: manifest, PoseNetwork, PoseDecoder; one person a picture, as CPM is used.</summary>
public sealed class CpmInTheDaemonTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-cpm-").FullName;

    [Fact]
    public void A_heatmap_only_network_gives_one_person_at_the_strongest_peaks()
    {
        NetworkManifest manifest = NetworkManifest.Load(ReferencePackage.Write(folder, References.Cpm.Narrowed(16), "cpm-narrow", 2).Path);
        Assert.All(manifest.Exits, exit => Assert.Null(exit.Pafs));
        foreach (NetworkExit exit in manifest.Exits)
        {
            using PoseNetwork network = PoseNetwork.Open(
                manifest, new NetworkShape(96, 128, 2), new ExecutionOptions { Providers = [ExecutionProvider.Cpu], Threads = 1 }, exit.Name);
            Networks.Picture(96, 128).CopyTo(network.Input(0, 1));
            network.Run(0, 2);
            Heatmaps heatmaps = network.Heatmaps(0, 1);
            Assert.Equal((18, 12, 16), (heatmaps.Channels, heatmaps.HeightCells, heatmaps.WidthCells));
            Assert.Equal(0, network.Pafs(0, 1).Channels);
            AssertStrongest(manifest, heatmaps, network.Pafs(0, 1));
        }
    }

    private static void AssertStrongest(NetworkManifest manifest, Heatmaps heatmaps, Pafs pafs)
    {
        var options = new DecoderOptions();
        var decoder = new PoseDecoder(manifest.Skeleton, options);
        var poses = new PoseList(manifest.Skeleton, 8);
        decoder.Decode(heatmaps, pafs, poses);
        Assert.Equal(1, poses.Count);
        int found = 0;
        for (int k = 0; k < manifest.Skeleton.KeypointCount; k++)
        {
            ReadOnlySpan<float> channel = heatmaps.Channel(k);
            int best = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(channel);
            Keypoint keypoint = poses[0].Keypoints[k];
            if (keypoint.IsPresent)
            {
                found++;
                Assert.InRange(Math.Abs(keypoint.X - (best % 16)), 0, 1);
                Assert.InRange(Math.Abs(keypoint.Y - (best / 16)), 0, 1);
            }
        }

        Assert.True(found >= 3, $"only {found} keypoints");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
