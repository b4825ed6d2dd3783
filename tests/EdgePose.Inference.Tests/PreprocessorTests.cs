using System.Collections.Immutable;

namespace EdgePose.Inference.Tests;

public sealed class PreprocessorTests
{
    private static readonly NetworkInput Inside = Input(ChannelOrder.Bgr, [0, 0, 0], [1, 1, 1]);

    public static TheoryData<int, int, int, int> Sizes => new()
    {
        { 48, 32, 48, 32 }, { 47, 31, 48, 32 }, { 20, 11, 48, 32 }, { 81, 61, 48, 32 }, { 1, 1, 16, 8 }, { 97, 3, 48, 32 }, { 5, 97, 48, 32 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_tensor_is_that_of_a_plain_bilinear_resize(int width, int height, int networkWidth, int networkHeight)
    {
        foreach (PixelFormat format in Enum.GetValues<PixelFormat>())
        {
            foreach (LetterboxAlignment alignment in Enum.GetValues<LetterboxAlignment>())
            {
                Letterbox letterbox = Letterbox.Fit(width, height, networkWidth, networkHeight, alignment);
                int stride = (width * format.BytesPerPixel()) + 5;
                byte[] pixels = Picture(height, stride);
                float[] tensor = Prepared(new Preprocessor(Inside), pixels, width, height, stride, format, letterbox);
                if (width > 2 * letterbox.InnerWidthPx || height > 2 * letterbox.InnerHeightPx)
                {
                    continue;
                }

                // OpenCV's 8-bit bilinear rounds its weights to 11 bits and its result to a whole value.
                AssertNear(Plain(pixels, stride, format, letterbox, Inside), tensor, 1.01f);
            }
        }
    }

    [Fact]
    public void Shrinking_by_more_than_two_averages_areas()
    {
        Letterbox letterbox = Letterbox.Fit(64, 32, 16, 8);
        byte[] pixels = Picture(32, 64 * 3);
        float[] tensor = Prepared(new Preprocessor(Inside), pixels, 64, 32, 64 * 3, PixelFormat.Bgr, letterbox);
        for (int i = 0; i < 16 * 8; i++)
        {
            double sum = 0;
            for (int j = 0; j < 16; j++)
            {
                sum += pixels[(((i / 16 * 4) + (j / 4)) * 64 * 3) + (((i % 16 * 4) + (j % 4)) * 3) + 2];
            }

            Assert.InRange(tensor[(2 * 16 * 8) + i], (sum / 16) - 0.51, (sum / 16) + 0.51);
        }
    }

    [Fact]
    public void Red_first_mean_and_scale_are_applied()
    {
        NetworkInput input = Input(ChannelOrder.Rgb, [10, 20, 30], [0.5f, 0.25f, 2]);
        Letterbox letterbox = Letterbox.Fit(24, 8, 24, 16);
        byte[] pixels = Picture(8, 24 * 4);
        AssertNear(Plain(pixels, 96, PixelFormat.Bgrx, letterbox, input), Prepared(new Preprocessor(input), pixels, 24, 8, 96, PixelFormat.Bgrx, letterbox), 1e-4f);
    }

    [Fact]
    public void The_padding_is_mid_grey_whatever_was_there()
    {
        Letterbox letterbox = Letterbox.Fit(8, 8, 24, 8, LetterboxAlignment.Centre);
        float[] tensor = Prepared(new Preprocessor(Inside), Picture(8, 24), 8, 8, 24, PixelFormat.Bgr, letterbox);
        for (int i = 0; i < tensor.Length; i++)
        {
            if (i % 24 is < 8 or >= 16)
            {
                Assert.Equal(128, tensor[i]);
            }
        }
    }

    [Theory]
    [InlineData(640, 360, PixelFormat.Bgrx)]
    [InlineData(1280, 720, PixelFormat.Bgr)]
    public void A_frame_allocates_nothing_on_the_managed_heap(int width, int height, PixelFormat format)
    {
        var preprocessor = new Preprocessor(Inside);
        Letterbox letterbox = Letterbox.Fit(width, height, 456, 256);
        int stride = width * format.BytesPerPixel();
        byte[] pixels = Picture(height, stride);
        var tensor = new float[3 * 456 * 256];
        preprocessor.Prepare(pixels, width, height, stride, format, tensor, letterbox);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            preprocessor.Prepare(pixels, width, height, stride, format, tensor, letterbox);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(0, 0, 0, 100, "is empty")]
    [InlineData(8, 0, 24, 100, "is empty")]
    [InlineData(8, 8, 23, 1000, "does not fit")]
    [InlineData(8, 8, 24, 191, "does not fit")]
    [InlineData(9, 8, 27, 1000, "letterbox was made for 8 x 8")]
    public void A_picture_of_impossible_size_is_refused_in_words(int width, int height, int stride, int length, string words)
    {
        Letterbox letterbox = Letterbox.Fit(8, 8, 8, 8);
        ArgumentException exception = Assert.Throws<ArgumentException>(() =>
            new Preprocessor(Inside).Prepare(new byte[length], width, height, stride, PixelFormat.Bgr, new float[192], letterbox));
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_of_another_size_is_refused()
    {
        Letterbox letterbox = Letterbox.Fit(8, 8, 8, 8);
        Assert.Throws<ArgumentException>(() => new Preprocessor(Inside).Prepare(new byte[192], 8, 8, 24, PixelFormat.Bgr, new float[191], letterbox));
    }

    private static NetworkInput Input(ChannelOrder order, ImmutableArray<float> mean, ImmutableArray<float> scale) =>
        new() { Name = "image", Channels = order, NormalisedInside = false, Mean = mean, Scale = scale, MultipleOf = 8 };

    private static byte[] Picture(int height, int stride)
    {
        var pixels = new byte[height * stride];
        new Random(11).NextBytes(pixels);
        return pixels;
    }

    private static float[] Prepared(Preprocessor preprocessor, byte[] pixels, int width, int height, int stride, PixelFormat format, Letterbox letterbox)
    {
        var tensor = new float[3 * letterbox.NetworkWidthPx * letterbox.NetworkHeightPx];
        Array.Fill(tensor, float.NaN);
        preprocessor.Prepare(pixels, width, height, stride, format, tensor, letterbox);
        Assert.All(tensor, value => Assert.True(float.IsFinite(value)));
        return tensor;
    }

    /// <summary>Resize, padding and normalisation as one would write them down: pixel by pixel through the letterbox's own mapping.</summary>
    private static float[] Plain(byte[] pixels, int stride, PixelFormat format, Letterbox letterbox, NetworkInput input)
    {
        int width = letterbox.NetworkWidthPx, height = letterbox.NetworkHeightPx, size = format.BytesPerPixel();
        var tensor = new float[3 * width * height];
        for (int i = 0; i < tensor.Length; i++)
        {
            int plane = i / (width * height), y = i / width % height, x = i % width;
            int colour = input.Channels == ChannelOrder.Bgr ? plane : 2 - plane;
            double value = 128;
            if (x >= letterbox.LeftPx && x < letterbox.LeftPx + letterbox.InnerWidthPx && y >= letterbox.TopPx && y < letterbox.TopPx + letterbox.InnerHeightPx)
            {
                (double sourceX, double sourceY) = letterbox.ToSource(x, y);
                sourceX = Math.Clamp(sourceX, 0, letterbox.SourceWidthPx - 1);
                sourceY = Math.Clamp(sourceY, 0, letterbox.SourceHeightPx - 1);
                int left = (int)sourceX, top = (int)sourceY;
                int right = Math.Min(left + 1, letterbox.SourceWidthPx - 1), bottom = Math.Min(top + 1, letterbox.SourceHeightPx - 1);
                double At(int atX, int atY) => pixels[(atY * stride) + (atX * size) + colour];
                double fx = sourceX - left, fy = sourceY - top;
                value = (((At(left, top) * (1 - fx)) + (At(right, top) * fx)) * (1 - fy)) + (((At(left, bottom) * (1 - fx)) + (At(right, bottom) * fx)) * fy);
            }

            tensor[i] = (float)((value - input.Mean[plane]) * input.Scale[plane]);
        }

        return tensor;
    }

    private static void AssertNear(float[] expected, float[] actual, float tolerance)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"Value {i} is {actual[i]}, expected {expected[i]}.");
        }
    }
}
