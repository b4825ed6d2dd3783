using EdgePose.Compression.Calibration;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Shapes;
using EdgePose.Compression.Tests;

namespace EdgePose.Compression.Pruning.Tests;

public class ChannelImportanceTests
{
    [Fact]
    public void It_is_the_mean_size_of_a_channel_times_the_norm_of_the_weights_that_read_it()
    {
        // Channel 0 is blue, channel 1 three times green, channel 2 red, turned negative.
        var sketch = new Sketch();
        string a = sketch.Conv("image", "a", 3, weights: [1, 0, 0, 0, 3, 0, 0, 0, -1], biased: false);
        OnnxModel model = sketch.End(sketch.Conv(a, "out", 2, weights: [3, 1, 0, 4, 0, 2]));
        float[] blue = [2, 2, 2, 2], green = [1, 1, 1, 3], red = [5, 5, 5, 5];
        ChannelTies ties = ChannelTies.Of(model.Graph, ShapeInference.ForPictures(model.Graph, 1, 2, 2));
        double[] importance = ChannelImportance.Of(model, ties, CalibrationPictures.Of([[.. blue, .. green, .. red]], 2, 2), ties.Count, default);
        Assert.Equal([2 * 5.0, 4.5 * 1, 5 * 2], ties.SetsOf("a").Select(set => Math.Round(importance[set], 5)));
    }
}
