namespace EdgePose.Inference.Tests;

public sealed class LetterboxTests
{
    public static TheoryData<int, int, int, int> Sizes => new()
    {
        { 640, 360, 456, 256 }, { 641, 359, 456, 256 }, { 1, 1, 456, 256 }, { 3, 1999, 456, 256 }, { 1999, 3, 256, 256 }, { 456, 256, 456, 256 },
        { 320, 240, 656, 368 }, { 1920, 1080, 455, 255 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void There_and_back_is_the_same_place(int sourceWidth, int sourceHeight, int networkWidth, int networkHeight)
    {
        foreach (LetterboxAlignment alignment in Enum.GetValues<LetterboxAlignment>())
        {
            Letterbox letterbox = Letterbox.Fit(sourceWidth, sourceHeight, networkWidth, networkHeight, alignment);
            Assert.True(letterbox.InnerWidthPx == networkWidth || letterbox.InnerHeightPx == networkHeight);
            Assert.InRange(letterbox.LeftPx + letterbox.InnerWidthPx, 1, networkWidth);
            Assert.InRange(letterbox.TopPx + letterbox.InnerHeightPx, 1, networkHeight);
            foreach ((double x, double y) in ((double, double)[])[(0, 0), (sourceWidth - 1, sourceHeight - 1), (sourceWidth / 3.0, 0.25)])
            {
                (double networkX, double networkY) = letterbox.ToNetwork(x, y);
                (double backX, double backY) = letterbox.ToSource(networkX, networkY);
                Assert.Equal(x, backX, 9);
                Assert.Equal(y, backY, 9);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_edges_of_the_picture_fall_on_the_edges_of_its_place(int sourceWidth, int sourceHeight, int networkWidth, int networkHeight)
    {
        Letterbox letterbox = Letterbox.Fit(sourceWidth, sourceHeight, networkWidth, networkHeight, LetterboxAlignment.Centre);
        (double left, double top) = letterbox.ToNetwork(-0.5, -0.5);
        (double right, double bottom) = letterbox.ToNetwork(sourceWidth - 0.5, sourceHeight - 0.5);
        Assert.Equal(letterbox.LeftPx - 0.5, left, 9);
        Assert.Equal(letterbox.TopPx - 0.5, top, 9);
        Assert.Equal(letterbox.LeftPx + letterbox.InnerWidthPx - 0.5, right, 9);
        Assert.Equal(letterbox.TopPx + letterbox.InnerHeightPx - 0.5, bottom, 9);
    }

    [Fact]
    public void Poses_go_from_cells_to_source_pixels_and_absent_keypoints_stay()
    {
        // 912 x 512 is twice the network: cell 0 has its centre on network pixel 3.5, source pixel 7.5.
        Letterbox letterbox = Letterbox.Fit(912, 512, 456, 256);
        var poses = new PoseList(Skeletons.Coco18, 2);
        Assert.True(poses.TryAdd(1, out Span<Keypoint> keypoints));
        keypoints[0] = new Keypoint(0, 2.5f, 0.9f);
        letterbox.ToSource(poses, 8);
        Assert.Equal(new Keypoint(7.5f, 47.5f, 0.9f), poses.KeypointsOf(0)[0]);
        Assert.Equal(default, poses.KeypointsOf(0)[1]);
    }

    [Theory]
    [InlineData(0, 360)]
    [InlineData(640, -1)]
    public void An_empty_picture_has_no_letterbox(int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Letterbox.Fit(width, height, 456, 256));
}
