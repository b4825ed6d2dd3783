using EdgePose.Inference;

namespace EdgePose.Compression.Evaluation.Tests;

public class MapAveragingTests
{
    private static float[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble())];
    }

    [Fact]
    public void Mirroring_twice_changes_nothing()
    {
        var (heatmaps, pafs) = (Noise(19 * 4 * 5, 1), Noise(38 * 4 * 5, 2));
        var mirror = new MapMirror(Skeletons.Coco18);
        var (once, twice) = (new float[heatmaps.Length], new float[heatmaps.Length]);
        mirror.Undo(new Heatmaps(heatmaps, 19, 4, 5), once);
        mirror.Undo(new Heatmaps(once, 19, 4, 5), twice);
        Assert.Equal(heatmaps, twice);

        var (oncePafs, twicePafs) = (new float[pafs.Length], new float[pafs.Length]);
        mirror.Undo(new Pafs(pafs, 38, 4, 5), oncePafs);
        mirror.Undo(new Pafs(oncePafs, 38, 4, 5), twicePafs);
        Assert.Equal(pafs, twicePafs);
    }

    [Fact]
    public void A_mirrored_right_arm_is_a_left_arm_that_points_the_other_way()
    {
        var skeleton = Skeletons.Coco18;
        var right = skeleton.Limbs.Single(limb => skeleton.KeypointNames[limb.From] == "right_elbow" && skeleton.KeypointNames[limb.To] == "right_wrist");
        var left = skeleton.Limbs.Single(limb => skeleton.KeypointNames[limb.From] == "left_elbow" && skeleton.KeypointNames[limb.To] == "left_wrist");
        var mirrored = new float[38 * 3]; // one row of three cells
        (mirrored[(right.PafX * 3) + 0], mirrored[(right.PafY * 3) + 0]) = (0.6f, 0.8f);
        var pafs = new float[38 * 3];
        new MapMirror(skeleton).Undo(new Pafs(mirrored, 38, 1, 3), pafs);

        Assert.Equal((-0.6f, 0.8f), (pafs[(left.PafX * 3) + 2], pafs[(left.PafY * 3) + 2]));
        Assert.Equal(2, pafs.Count(value => value != 0));
    }

    [Fact]
    public void Background_stays_background()
    {
        var mirrored = new float[19 * 2];
        mirrored[18 * 2] = 1;
        var heatmaps = new float[19 * 2];
        new MapMirror(Skeletons.Coco18).Undo(new Heatmaps(mirrored, 19, 1, 2), heatmaps);
        Assert.Equal(1, heatmaps[(18 * 2) + 1]);
    }

    [Fact]
    public void A_limb_without_a_mirror_image_is_told()
    {
        var skeleton = new Skeleton
        {
            Id = "lopsided", KeypointNames = ["left", "right", "middle"], Mirror = [1, 0, 2], OksSigmas = [1, 1, 1], Limbs = [new Limb(0, 2, 0, 1)],
        };
        Assert.Contains("no mirror image of its limb left - middle", Assert.Throws<ArgumentException>(() => new MapMirror(skeleton)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Maps_read_at_their_own_cells_are_themselves()
    {
        var letterbox = Letterbox.Fit(200, 100, 88, 40);
        var maps = Noise(2 * 5 * 11, 3);
        var sum = new float[maps.Length];
        new MapGrid(letterbox, letterbox, 8).Add(maps, sum);
        Assert.All(maps.Zip(sum), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Theory]
    [InlineData(64, 120, 128, 240)]
    [InlineData(96, 160, 64, 104)]
    public void A_slope_over_the_picture_keeps_its_place_on_another_grid(int sourceHeight, int sourceWidth, int targetHeight, int targetWidth)
    {
        const int Stride = 8;
        var source = Letterbox.Fit(317, 181, sourceWidth, sourceHeight);
        var target = Letterbox.Fit(317, 181, targetWidth, targetHeight);
        float[] Slope(Letterbox letterbox)
        {
            var (height, width) = (letterbox.NetworkHeightPx / Stride, letterbox.NetworkWidthPx / Stride);
            return [.. Enumerable.Range(0, height * width).Select(i =>
            {
                var (x, y) = letterbox.ToSource((((i % width) + 0.5) * Stride) - 0.5, (((i / width) + 0.5) * Stride) - 0.5);
                return (float)(x + (3 * y));
            })];
        }

        var sum = new float[targetHeight / Stride * (targetWidth / Stride)];
        new MapGrid(source, target, Stride).Add(Slope(source), sum);
        var expected = Slope(target);

        // The outermost cells look beyond the source's grid, where the slope does not go on.
        for (var y = 3; y < (targetHeight / Stride) - 3; y++)
        {
            for (var x = 3; x < (targetWidth / Stride) - 3; x++)
            {
                Assert.Equal(expected[(y * (targetWidth / Stride)) + x], sum[(y * (targetWidth / Stride)) + x], 0.01f);
            }
        }
    }

    [Theory]
    [InlineData(640, 480, 1, 368, 496)]
    [InlineData(640, 480, 0.7, 256, 344)]
    [InlineData(427, 640, 1, 368, 248)]
    [InlineData(10_000, 100, 1, 368, 1472)]
    public void At_a_height_the_width_follows_the_picture(int width, int height, double scale, int inputHeight, int inputWidth) =>
        Assert.Equal(new NetworkShape(inputHeight, inputWidth, 1), InputSizing.OfHeight(368).ShapeFor(width, height, scale, 8));

    [Fact]
    public void One_height_fits_every_network_as_it_is_rounded_up_to_what_each_takes()
    {
        Assert.Equal(new NetworkShape(372, 504, 1), InputSizing.OfHeight(368).ShapeFor(640, 480, 1, 12)); // 496 wide
        Assert.Equal(new NetworkShape(264, 456, 1), InputSizing.Fixed(256, 456).ShapeFor(100, 900, 1, 12));
    }

    [Fact]
    public void A_fixed_input_is_the_same_for_every_picture()
    {
        Assert.Equal(new NetworkShape(256, 456, 1), InputSizing.Fixed(256, 456).ShapeFor(100, 900, 1, 8));
        Assert.Equal(new NetworkShape(512, 912, 1), InputSizing.Fixed(256, 456).ShapeFor(100, 900, 2, 8));
    }
}
