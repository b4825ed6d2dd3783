using EdgePose.Benchmarks;

namespace EdgePose.Compression.Evaluation.Tests;

public class DecoderAccuracyTests
{
    /// <summary>Enough that the two decoders stand clearly apart, few enough for a minute on two busy cores.</summary>
    private const int Pictures = 80;

    [Fact]
    public void Grouping_without_enlarging_the_maps_is_at_least_as_accurate_as_with_maps_enlarged_four_times()
    {
        if (SharedMaterial.Find(TeacherMaps.NetworkPath) is null || SharedMaterial.Find(TeacherMaps.PicturesPath) is null)
        {
            Assert.Skip(SharedMaterial.Missing(TeacherMaps.NetworkPath));
        }

        PictureMaps[] maps = [.. TeacherMaps.Of(256, count: Pictures)];
        var (ours, reference) = Accuracy.Compare(maps, new());
        Assert.Equal(Pictures, maps.Length);
        Assert.True(reference.Ap > 0.2, $"the reference has an AP of {reference.Ap:0.000}: something is wrong with it or the maps");
        Assert.True(ours.Ap >= reference.Ap, $"AP {ours.Ap:0.000}, reference {reference.Ap:0.000}");
    }
}
