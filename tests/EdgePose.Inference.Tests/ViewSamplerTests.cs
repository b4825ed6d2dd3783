using EdgePose.Regions;

namespace EdgePose.Inference.Tests;

public sealed class ViewSamplerTests
{
    private static readonly NetworkInput Input = new()
    {
        Name = "image", Channels = ChannelOrder.Bgr, NormalisedInside = false, Mean = [10, 20, 30], Scale = [0.5f, 0.25f, 2], MultipleOf = 8,
    };

    private static byte[] Picture(int widthPx, int heightPx, Func<int, int, (byte Blue, byte Green, byte Red)> colour)
    {
        var pixels = new byte[widthPx * heightPx * 4];
        for (var i = 0; i < widthPx * heightPx; i++)
        {
            (pixels[4 * i], pixels[(4 * i) + 1], pixels[(4 * i) + 2]) = colour(i % widthPx, i / widthPx);
        }

        return pixels;
    }

    private static float[] Sample(byte[] pixels, int widthPx, int heightPx, View view)
    {
        var tensor = new float[3 * view.Pixels];
        new ViewSampler(Input).Sample(pixels, widthPx, heightPx, widthPx * 4, view, tensor);
        return tensor;
    }

    [Fact]
    public void A_view_at_the_pictures_own_scale_is_the_picture_normalised()
    {
        var pixels = Picture(64, 48, (x, y) => ((byte)x, (byte)(2 * y), (byte)(x + y)));
        var tensor = Sample(pixels, 64, 48, View.Around(ViewKind.Search, 29.5, 21.5, 0, 1, 16, 8));
        for (var i = 0; i < 16 * 8; i++)
        {
            var (x, y) = (22 + (i % 16), 18 + (i / 16));
            Assert.Equal((x - 10) * 0.5f, tensor[i], 3);
            Assert.Equal(((2 * y) - 20) * 0.25f, tensor[(16 * 8) + i], 3);
            Assert.Equal((x + y - 30) * 2f, tensor[(2 * 16 * 8) + i], 3);
        }
    }

    [Theory]
    [InlineData(0.9, 0.7)]
    [InlineData(0.45, -2)]
    [InlineData(0.2, 1.2)]
    [InlineData(0.07, 0)]
    public void A_ramp_is_found_where_the_view_says_at_any_scale_and_turn(double scale, double angle)
    {
        var pixels = Picture(640, 480, (x, y) => ((byte)(x * 255 / 640), (byte)(y * 255 / 480), 0));
        var view = View.Around(ViewKind.Person, 320, 240, angle, scale, 24, 32);
        var tensor = Sample(pixels, 640, 480, view);
        for (var i = 0; i < view.Pixels; i++)
        {
            var (x, y) = view.ToSource(i % 24, i / 24);
            if (x is > 20 and < 620 && y is > 20 and < 460)
            {
                Assert.InRange((tensor[i] / 0.5f) + 10 - (x * 255 / 640), -1.2, 1.2);
                Assert.InRange((tensor[view.Pixels + i] / 0.25f) + 20 - (y * 255 / 480), -1.2, 1.2);
            }
        }
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.26)]
    [InlineData(0.1)]
    public void Stripes_finer_than_a_view_shows_are_grey_in_it(double scale)
    {
        var pixels = Picture(640, 480, (x, _) => x % 2 == 0 ? ((byte)255, (byte)255, (byte)255) : ((byte)0, (byte)0, (byte)0));
        var tensor = Sample(pixels, 640, 480, View.Around(ViewKind.Person, 320, 240, 0.3, scale, 24, 24));
        for (var i = 0; i < 24 * 24; i++)
        {
            Assert.InRange((tensor[i] / 0.5f) + 10, 80, 176); // linear sampling alone would give any of 0 to 255
        }
    }

    [Fact]
    public void Beyond_the_picture_a_view_is_grey()
    {
        var pixels = Picture(32, 32, (_, _) => (255, 255, 255));
        var tensor = Sample(pixels, 32, 32, View.Around(ViewKind.Person, 400, 400, 0.4, 0.3, 16, 16));
        Assert.All(tensor[..256], value => Assert.Equal((128 - 10) * 0.5f, value));
    }

    [Fact]
    public void A_picture_that_is_too_short_is_refused()
    {
        var sampler = new ViewSampler(Input);
        var view = View.Around(ViewKind.Person, 8, 8, 0, 1, 8, 8);
        Assert.Throws<ArgumentException>(() => sampler.Sample(new byte[100], 16, 16, 64, view, new float[192]));
        Assert.Throws<ArgumentException>(() => sampler.Sample(new byte[1024], 16, 16, 64, view, new float[10]));
    }

    [Fact]
    public void The_grey_grid_has_the_mean_of_each_cell()
    {
        var pixels = Picture(1280, 720, (x, y) => x >= 640 && y < 360 ? ((byte)200, (byte)200, (byte)200) : ((byte)40, (byte)40, (byte)40));
        var grid = new byte[96 * 54];
        GreyGrid.Fill(pixels, 1280, 720, 1280 * 4, 96, grid);
        Assert.Equal((40, 200, 40), (grid[0], grid[95], grid[(53 * 96) + 95]));
        Assert.Equal((40, 200), (grid[47], grid[48]));
    }
}
