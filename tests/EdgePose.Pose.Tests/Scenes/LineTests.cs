using System.Numerics;
using EdgePose.Scene;
using EdgePose.Scene.Kit;
using EdgePose.Testing;

namespace EdgePose.Tests.Scenes;

public sealed class LineTests(ITestOutputHelper output)
{
    private static readonly SceneOptions Line = new() { Lines = [new LineOptions { Id = "door", Points = [[.5, .02], [.5, .98]] }] };

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(15)]
    [InlineData(30)]
    public void Nobody_is_counted_wrong_at_any_rate(int framesPerSecond)
    {
        var films = Nightly.Rounds(100, 2500);
        var (crossings, wrong) = (0, 0);
        for (var seed = 0; seed < films; seed++)
        {
            var random = new Random(seed);
            Walker[] walkers = [Walker.Of(random, 5), Walker.Of(random, 7), Walker.Of(random, 9)];
            var film = new Film { FramesPerSecond = framesPerSecond, Noise = .03, Dropped = .1, IdChangesPerMinute = 2, Seed = seed };
            var events = Played.Film(Line, film, walkers.Max(walker => walker.Actor.Act.Seconds) + 1, [.. walkers.Select(walker => walker.Actor)]);
            var (expectedIn, expectedOut) = (walkers.Sum(walker => walker.In), walkers.Sum(walker => walker.Out));
            var (countedIn, countedOut) = (events.Count(one => one.Detail == "in"), events.Count(one => one.Detail == "out"));
            crossings += expectedIn + expectedOut;
            wrong += Math.Abs(countedIn - expectedIn) + Math.Abs(countedOut - expectedOut);
            if (countedIn != expectedIn || countedOut != expectedOut)
            {
                output.WriteLine($"seed {seed}: in {countedIn} of {expectedIn}, out {countedOut} of {expectedOut}; {string.Join(", ", walkers.Select(walker => walker.Actor.Act.Name))}");
            }
        }

        output.WriteLine($"{framesPerSecond} fps: {crossings} crossings, {wrong} wrong");
        Assert.True(crossings >= films);
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void A_flicker_to_the_other_side_is_no_crossing()
    {
        var drawn = new DrawnPerson(Line);
        foreach (var x in (double[])[.4, .4, .4, .6, .4, .4, .4])
        {
            drawn.Stand(x, .8);
        }

        Assert.Empty(drawn.Events);
    }

    [Fact]
    public void A_point_exactly_on_the_line_is_no_gap()
    {
        var drawn = new DrawnPerson(Line);
        foreach (var x in (double[])[.4, .45, .5, .5, .5, .55, .6])
        {
            drawn.Stand(x, .8);
        }

        Assert.Equal(["out"], drawn.Events.Select(one => one.Detail));
    }

    [Fact]
    public void Who_turns_round_on_the_line_counts_nothing()
    {
        var drawn = new DrawnPerson(Line);
        foreach (var x in (double[])[.4, .45, .5, .505, .5, .45, .4])
        {
            drawn.Stand(x, .8);
        }

        Assert.Empty(drawn.Events);
    }

    [Fact]
    public void Who_walks_round_the_end_of_a_line_counts_nothing_and_counts_on_the_way_back()
    {
        var drawn = new DrawnPerson(new SceneOptions { Lines = [new LineOptions { Id = "door", Points = [[.5, .1], [.5, .6]] }] });
        foreach (var (x, y) in ((double, double)[])[(.4, .5), (.4, .9), (.45, .9), (.55, .9), (.6, .9), (.6, .5), (.55, .5), (.45, .5), (.4, .5), (.35, .5)])
        {
            drawn.Stand(x, y);
        }

        Assert.Equal(["in"], drawn.Events.Select(one => one.Detail));
        Assert.Equal((1, 0), (drawn.Events[0].TotalIn, drawn.Events[0].TotalOut));
    }

    [Fact]
    public void Who_is_lost_just_past_the_line_has_crossed()
    {
        var drawn = new DrawnPerson(Line);
        foreach (var x in (double[])[.4, .45, .6])
        {
            drawn.Stand(x, .8);
        }

        Assert.Empty(drawn.Events);
        drawn.End();
        Assert.Equal(["out"], drawn.Events.Select(one => one.Detail));
    }

    /// <summary>A person who walks through the picture in one lane, and how often the line is crossed.</summary>
    private sealed record Walker(Actor Actor, int In, int Out)
    {
        private const double LineAt = 3 / 1.7; // body heights from the start

        public static Walker Of(Random random, double lane)
        {
            var toLeft = random.Next(2) == 0;
            var speed = .45 + (.6 * random.NextDouble());
            var (act, there, back) = random.Next(5) switch
            {
                0 => (new Act { Name = "returns" }.Walk(LineAt + 1, speed).Turn(180, 1).Walk(LineAt + 1, speed).Stay(1), 1, 1),
                1 => (new Act { Name = "turns before" }.Walk(LineAt - .6, speed).Turn(180, 1).Walk(1, speed).Stay(1), 0, 0),
                2 => (new Act { Name = "turns on the line" }.Walk(LineAt, speed).Stay(3).Turn(180, 1).Walk(LineAt, speed).Stay(1), 0, 0),
                3 => (new Act { Name = "waits on the line" }.Walk(LineAt, speed).Stay(3).Walk(LineAt, speed).Stay(1), 1, 0),
                _ => (new Act { Name = "walks through" }.Walk(2 * LineAt, speed).Stay(1), 1, 0),
            };
            var actor = new Actor(act, new Vector2((float)lane, toLeft ? -3 : 3), toLeft ? 90 : -90);
            return toLeft ? new Walker(actor, there, back) : new Walker(actor, back, there);
        }
    }
}
