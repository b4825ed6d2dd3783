using EdgePose.Scene;

namespace EdgePose.Tests.Scenes;

public sealed class ZoneTests
{
    private static readonly ZoneOptions Square = new() { Id = "room", Points = [[.4, .4], [.8, .4], [.8, .8], [.4, .8]] };

    private static DrawnPerson In(params ZoneOptions[] zones) => new(new SceneOptions { Zones = [.. zones] });

    private static void Stand(DrawnPerson drawn, double x, double y, int frames)
    {
        for (var i = 0; i < frames; i++)
        {
            drawn.Stand(x, y);
        }
    }

    private static IEnumerable<SceneEventKind> Kinds(DrawnPerson drawn) => drawn.Events.Select(one => one.Kind);

    [Fact]
    public void A_person_enters_and_leaves_after_the_time_of_each()
    {
        var drawn = In(Square);
        Stand(drawn, .6, .6, 5);
        Assert.Empty(drawn.Events); // 0.4 s
        Stand(drawn, .6, .6, 15);
        Assert.Equal([SceneEventKind.ZoneEntered], Kinds(drawn));
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromSeconds(.5), 1), (drawn.Events[0].Since, drawn.Events[0].At, drawn.Events[0].People));
        Stand(drawn, .2, .6, 6);
        Assert.Equal([SceneEventKind.ZoneEntered, SceneEventKind.ZoneLeft], Kinds(drawn));
        Assert.Equal((TimeSpan.FromSeconds(2), 2f, 0), (drawn.Events[1].Since, drawn.Events[1].Evidence[1].Value, drawn.Events[1].People));
    }

    [Fact]
    public void Three_frames_scattered_over_a_track_are_no_entry()
    {
        var drawn = In(Square);
        for (var i = 0; i < 5; i++)
        {
            Stand(drawn, .6, .6, 1);
            Stand(drawn, .2, .6, 10);
        }

        Assert.Empty(drawn.Events);
    }

    [Fact]
    public void Who_trembles_on_the_border_enters_once_and_leaves_never()
    {
        var drawn = In(Square with { MarginHeights = .1 });
        Stand(drawn, .43, .6, 8);
        for (var i = 0; i < 50; i++)
        {
            Stand(drawn, i % 2 == 0 ? .39 : .41, .6, 1);
        }

        Assert.Equal([SceneEventKind.ZoneEntered], Kinds(drawn));
    }

    [Fact]
    public void The_border_is_inside()
    {
        var drawn = In(Square with { MarginHeights = 0 });
        Stand(drawn, .4, .6, 8);
        Assert.Equal([SceneEventKind.ZoneEntered], Kinds(drawn));
    }

    [Theory]
    [InlineData(PersonPlace.Feet, .85, false)]
    [InlineData(PersonPlace.Hips, .85, true)]
    [InlineData(PersonPlace.Any, .95, true)]
    [InlineData(PersonPlace.All, .75, true)]
    [InlineData(PersonPlace.All, .85, false)]
    public void A_place_is_the_part_of_the_body_that_was_chosen(PersonPlace place, double y, bool isInside)
    {
        var drawn = In(Square with { Place = place });
        Stand(drawn, .6, y, 10);
        Assert.Equal(isInside, drawn.Events.Count == 1);
    }

    [Fact]
    public void A_still_person_stays_and_each_length_of_stay_is_reported_once()
    {
        var drawn = In(Square with { DwellSeconds = [1, 3], DwellRepeatSeconds = 2 });
        Stand(drawn, .6, .6, 78);
        Assert.Equal([1f, 3f, 5f, 7f], drawn.Events.Where(one => one.Kind == SceneEventKind.ZoneDwell).Select(one => one.Evidence[1].Value));
    }

    [Fact]
    public void A_hidden_person_keeps_the_place_and_a_lost_one_leaves_with_the_cause()
    {
        var drawn = In(Square);
        Stand(drawn, .6, .6, 10);
        drawn.Nobody(45);
        Assert.Equal([SceneEventKind.ZoneEntered], Kinds(drawn));
        drawn.Nobody(10);
        Assert.Equal([SceneEventKind.ZoneEntered, SceneEventKind.ZoneLeft], Kinds(drawn));
        Assert.Equal((EndCause.Lost, TimeSpan.FromSeconds(.9)), (drawn.Events[1].Cause, drawn.Events[1].Since));
    }

    [Fact]
    public void A_person_who_comes_back_under_another_id_goes_on_and_is_renamed()
    {
        var drawn = In(Square);
        Stand(drawn, .6, .6, 10);
        drawn.Nobody(10);
        drawn.Stand(.62, .6, id: 7);
        Assert.Equal([SceneEventKind.ZoneEntered, SceneEventKind.Renamed], Kinds(drawn));
        Assert.Equal((7, 1), (drawn.Events[1].TrackId, drawn.Events[1].FormerTrackId));
        drawn.End();
        Assert.Equal((SceneEventKind.ZoneLeft, 7, EndCause.CameraEnded), (drawn.Events[2].Kind, drawn.Events[2].TrackId, drawn.Events[2].Cause));
    }

    [Fact]
    public void Too_many_and_too_few_people_are_reported_after_their_time_and_closed()
    {
        var drawn = In(Square with { MaxPeople = 1, MinPeople = 1, LimitSeconds = 1 });
        drawn.Nobody(15);
        for (var i = 0; i < 50; i++)
        {
            drawn.Begin();
            drawn.See(.45, .6, 1);
            if (i >= 20)
            {
                drawn.See(.75, .6, 2);
            }

            drawn.Finish();
        }

        drawn.End();
        Assert.Equal(
            ["ZoneLimit tooFew", "ZoneEntered ", "ZoneNormal ", "ZoneEntered ", "ZoneLimit tooMany"],
            drawn.Events.Where(one => one.Kind != SceneEventKind.ZoneLeft).SkipLast(1).Select(one => $"{one.Kind} {one.Detail}"));
        Assert.Equal((SceneEventKind.ZoneNormal, EndCause.CameraEnded), (drawn.Events[^1].Kind, drawn.Events[^1].Cause));
    }

    [Fact]
    public void A_frame_allocates_nothing()
    {
        var drawn = new DrawnPerson(new SceneOptions
        {
            Zones = [Square, Square with { Id = "any", Place = PersonPlace.Any }], Lines = [new LineOptions { Id = "door", Points = [[.5, 0], [.5, 1]] }],
            Falls = new FallOptions { Enabled = true }, Gestures = true, Postures = true,
        });
        Stand(drawn, .6, .6, 50);
        var allocated = Allocated.EveryTime(() =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Stand(drawn, .6, .6, 200);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
        Assert.Equal(0, allocated);
    }
}
