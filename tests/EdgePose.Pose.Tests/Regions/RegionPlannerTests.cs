using EdgePose.Regions;
using EdgePose.Tests.Tracking;
using EdgePose.Tracking;

namespace EdgePose.Tests.Regions;

public sealed class RegionPlannerTests(ITestOutputHelper output)
{
    private const double Fps = 15;
    private static readonly Func<double, bool> Always = _ => true;

    private static void Run(Watched camera, double seconds, Action<double>? each = null, double from = 0)
    {
        for (var frame = (int)Math.Round(from * Fps); frame < (from + seconds) * Fps; frame++)
        {
            camera.Shoot(frame / Fps);
            each?.Invoke(frame / Fps);
        }
    }

    [Fact]
    public void A_camera_begins_with_the_whole_frame()
    {
        Watched camera = new(new());
        camera.Shoot(0);
        Assert.Equal(1, camera.Plan.Count(ViewKind.Whole));
    }

    [Fact]
    public void An_empty_scene_costs_one_look_in_five_seconds()
    {
        Watched camera = new(new());
        Run(camera, 20);
        var before = camera.Pixels;
        Run(camera, 60, from: 20);
        output.WriteLine($"{(camera.Pixels - before) / (60 * Fps):0} network pixels a frame");
        Assert.InRange((camera.Pixels - before) / (456 * 256), 11, 13);
    }

    [Fact]
    public void Who_walks_has_a_view_in_each_frame_and_the_whole_frame_follows_within_a_second()
    {
        Watched camera = new(new(), Actor.Upright(new Walker(200, Walker.Line(100, 650, 90))));
        var whole = 0.0;
        Run(camera, 10, t =>
        {
            whole = camera.Plan.Count(ViewKind.Whole) > 0 ? t : whole;
            Assert.InRange(t - whole, 0, 1.01);
            Assert.True(t < 0.5 || camera.Plan.Count(ViewKind.Person) == 1);
            Assert.True(t < 0.5 || camera.Tracker.Visible.Length == 1);
        });
        Assert.Equal(1, camera.Tracker.Visible[0].Id);
    }

    [Fact]
    public void Who_sits_still_for_half_an_hour_is_seen_in_every_frame_and_looked_at_once_a_second_at_least()
    {
        Watched camera = new(new(), Actor.Upright(new Walker(180, Walker.Line(600, 650, 0))));
        var looked = 0.0;
        Run(camera, 1800, t =>
        {
            looked = camera.Plan.Count(ViewKind.Person) > 0 ? t : looked;
            Assert.InRange(t - looked, 0, 1);
            Assert.True(t < 0.5 || (camera.Tracker.Visible.Length == 1 && camera.Tracker.Visible[0].Id == 1));
        });
        output.WriteLine($"{camera.Pixels / (1800 * Fps):0} network pixels a frame");
        Assert.InRange(camera.Pixels / (1800 * Fps), 0, 0.15 * 456 * 256);
    }

    [Fact]
    public void Who_walks_in_is_found_and_published_within_seven_tenths_of_a_second()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var (enters, height) = (6 + (2 * random.NextDouble()), 60 + (200 * random.NextDouble()));
            Actor actor = new(new Walker((float)height, t => (60 + (0.8 * height * (t - enters)), 300 + height)), _ => 0, t => t >= enters);
            Watched camera = new(new(), actor);
            double? published = null;
            Run(camera, 10, t => published ??= camera.Tracker.Visible.Length > 0 ? t : null);
            Assert.InRange(published ?? 99, enters, enters + 0.7);
        }
    }

    [Fact]
    public void Somebody_small_who_never_moves_is_found_by_the_sweep()
    {
        // 60 px are 21 in the whole frame's view, where nobody is found.
        Watched camera = new(new(), Actor.Upright(new Walker(60, Walker.Line(900, 300, 0))));
        Run(camera, 4);
        Assert.Equal(1, camera.Tracker.Visible.Length);
        Run(camera, 20, from: 4);
        Assert.Equal(1, camera.Tracker.Visible[0].Id);
    }

    [Theory]
    [InlineData(1.4)]
    [InlineData(-1.5)]
    public void Who_falls_is_followed_in_turned_views_with_the_same_id(double lies)
    {
        Actor actor = new(new Walker(200, Walker.Line(600, 650, 0)), t => lies * Math.Clamp((t - 3) / 0.6, 0, 1), Always);
        Watched camera = new(new(), actor);
        Run(camera, 10);
        Assert.Equal(1, camera.Tracker.Visible.Length);
        Assert.Equal(1, camera.Tracker.Visible[0].Id);
        Assert.InRange(Math.Abs(camera.Tracker.Visible[0].Attention.AngleRad - lies), 0, 0.3);
    }

    [Fact]
    public void A_turned_view_that_misses_is_upright_in_the_next_look()
    {
        Actor actor = new(new Walker(200, Walker.Line(600, 650, 0)), t => t < 4 ? 1.2 * Math.Clamp(t - 1, 0, 1) : 0, Always);
        List<(double Seconds, double Angle)> angles = [];
        Watched camera = new(new() { StillSeconds = 0 }, actor) { Finds = (t, view) => t < 4 || Math.Abs(view.AngleRad) < 0.3 };
        Run(camera, 6, t => angles.AddRange(camera.Plan.Views.ToArray().Where(view => view.Kind == ViewKind.Person).Select(view => (t, view.AngleRad))));
        Assert.Contains(angles, angle => angle.Seconds < 4 && Math.Abs(angle.Angle) > 1);
        var turned = angles.Count(angle => angle.Seconds >= 4 && Math.Abs(angle.Angle) > 0.3);
        output.WriteLine($"{turned} turned views after the torso was upright");
        Assert.InRange(turned, 1, 2);
        Assert.Equal(1, camera.Tracker.Visible.Length);
    }

    [Fact]
    public void A_change_of_the_whole_picture_blinds_nobody()
    {
        Watched camera = new(new(), Actor.Upright(new Walker(180, Walker.Line(300, 650, 60)))) { Light = t => (int)(t * 2) % 2 == 0 ? 0 : 70 };
        Run(camera, 10, t =>
        {
            Assert.True(!camera.Motion.IsWholeChange || camera.Plan.Count(ViewKind.Whole) == 1);
            Assert.True(t < 0.5 || camera.Tracker.Visible.Length == 1);
        });
        Assert.Equal(1, camera.Tracker.Visible[0].Id);
    }

    [Fact]
    public void A_crowd_stays_within_the_budget_and_everybody_keeps_the_id()
    {
        var random = new Random(3);
        Actor[] crowd = [.. Enumerable.Range(0, 12).Select(i => Actor.Upright(new Walker(110, Walker.Line(80 + (95 * i), 300 + (110 * (i % 4)), (random.NextDouble() - 0.5) * 6))))];
        Watched camera = new(new() { Budget = 0.6 }, crowd);
        Run(camera, 20);
        output.WriteLine($"{camera.Pixels / (20 * Fps * 456 * 256):0.00} of the whole");
        Assert.InRange(camera.Pixels / (20 * Fps * 456 * 256), 0.3, 0.75); // the first two seconds use what a camera has saved
        Assert.Equal(12, camera.Tracker.Visible.Length);
        Assert.Equal(Enumerable.Range(1, 12).Select(id => (long)id), camera.Tracker.Visible.ToArray().Select(track => track.Id).Order());
    }

    [Fact]
    public void The_same_frames_give_the_same_views()
    {
        List<View> Views()
        {
            List<View> all = [];
            Watched camera = new(new(), Actor.Upright(new Walker(150, Walker.Line(100, 600, 90))), Actor.Upright(new Walker(120, Walker.Line(900, 500, -60))));
            Run(camera, 6, _ => all.AddRange(camera.Plan.Views));
            return all;
        }

        Assert.Equal(Views(), Views());
    }

    [Fact]
    public void A_plan_and_its_people_allocate_nothing()
    {
        Actor[] crowd = [.. Enumerable.Range(0, 8).Select(i => Actor.Upright(new Walker(110, Walker.Line(100 + (140 * i), 300 + (110 * (i % 3)), 20))))];
        Watched camera = new(new(), crowd);
        Run(camera, 3);
        var seconds = 3.0;
        Assert.Equal(0, Allocated.EveryTime(() =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 15; i++)
            {
                camera.Shoot(seconds += 1 / Fps);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }));
    }
}
