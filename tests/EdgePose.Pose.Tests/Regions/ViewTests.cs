using EdgePose.Regions;

namespace EdgePose.Tests.Regions;

public sealed class ViewTests
{
    [Fact]
    public void Any_point_comes_back_from_any_view_to_where_it_was()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var (width, height) = (random.Next(16, 4000), random.Next(16, 4000));
            var view = random.Next(3) == 0
                ? View.Whole(width, height, random.Next(64, 2048), random.Next(64, 2048))
                : View.Around(
                    ViewKind.Person, random.NextDouble() * width, random.NextDouble() * height, (random.NextDouble() - 0.5) * 8,
                    Math.Exp((random.NextDouble() * 6) - 4), random.Next(64, 512), random.Next(64, 512));
            var (x, y) = ((random.NextDouble() * 1.4 * width) - (0.2 * width), (random.NextDouble() * 1.4 * height) - (0.2 * height));
            var there = view.ToView(x, y);
            var back = view.ToSource(there.XPx, there.YPx);
            Assert.InRange(Math.Abs(back.XPx - x) + Math.Abs(back.YPx - y), 0, 0.01);
        }
    }

    [Fact]
    public void Any_keypoint_in_cells_comes_to_the_source_pixel_that_the_view_shows_there()
    {
        var random = new Random(2);
        var poses = new PoseList(Skeletons.Coco18);
        for (var i = 0; i < 5_000; i++)
        {
            var view = View.Around(ViewKind.Person, random.NextDouble() * 1920, random.NextDouble() * 1080, random.NextDouble() * 6, 0.2 + random.NextDouble(), 120, 160);
            var (x, y) = (random.NextDouble() * 1920, random.NextDouble() * 1080);
            var there = view.ToView(x, y);
            poses.Clear();
            poses.TryAdd(1, out var keypoints);
            keypoints[3] = new((float)(((there.XPx + 0.5) / 8) - 0.5), (float)(((there.YPx + 0.5) / 8) - 0.5), 1);
            view.ToSource(poses, 8);
            Assert.InRange(Math.Abs(poses[0].Keypoints[3].X - x) + Math.Abs(poses[0].Keypoints[3].Y - y), 0, 0.01);
            Assert.False(poses[0].Keypoints[0].IsPresent);
        }
    }

    [Fact]
    public void The_whole_frame_fits_into_its_view()
    {
        var view = View.Whole(1920, 1080, 456, 256);
        var (left, top) = view.ToView(-0.5, -0.5);
        var (right, bottom) = view.ToView(1919.5, 1079.5);
        Assert.Equal((-0.5, -0.5), (Math.Round(left, 9), Math.Round(top, 9)));
        Assert.InRange(right, 454, 455.5 + 1e-9);
        Assert.InRange(bottom, 254, 255.5 + 1e-9);
    }

    [Fact]
    public void A_lying_body_stands_upright_in_a_view_that_is_turned_by_its_lean()
    {
        // The head lies to the left of the feet: the body leans by a quarter against the clock, and its view shows the head above.
        var view = View.Around(ViewKind.Person, 500, 400, -Math.PI / 2, 1, 120, 160);
        var (head, feet) = (view.ToView(440, 400), view.ToView(560, 400));
        Assert.True(head.YPx < feet.YPx);
        Assert.Equal(head.XPx, feet.XPx, 6);
    }
}
