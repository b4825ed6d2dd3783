using EdgePose.Daemon.Overload;
using EdgePose.Daemon.Settings;

namespace EdgePose.Daemon.Tests.Overload;

public sealed class OverloadPolicyTests
{
    private static readonly Load Ease = new() { Utilisation = 0.3, LeastServedFps = 5, ImportantServed = 1, HottestZone = "" };
    private static readonly Load Between = Ease with { Utilisation = 0.9, LeastServedFps = 1.2 };
    private static readonly Load Starved = Between with { LeastStarvedFps = 0.6, LeastServedFps = 0.6 };
    private static readonly Load Hot = Between with { Heat = Heat.Hot, HottestZone = "cpu-thermal is at 98.0 C, and throttles at 99.0 C" };
    private static readonly OverloadConfig Config = new() { Steps = [OverloadStep.FewerFrames, OverloadStep.ShallowerExit, OverloadStep.SmallerInput], RaiseAfterSeconds = 5, LowerAfterSeconds = 60 };

    private readonly OverloadPolicy policy = new(Config, Config.Steps);
    private double second;

    [Fact]
    public void An_overload_that_passes_takes_no_step()
    {
        Assert.Equal(0, Changes(Starved, 4));
        Assert.Equal(0, Changes(Between, 1));
        Assert.Equal(0, Changes(Starved, 4));
        Assert.Empty(policy.Steps);
    }

    [Fact]
    public void An_overload_that_lasts_takes_one_step_after_the_other_and_says_why()
    {
        Assert.Equal(1, Changes(Starved, 6));
        Assert.Equal([OverloadStep.FewerFrames], policy.Steps);
        Assert.Equal("a camera gets 0.6 inferences a second, and 1.0 are wanted", policy.Reason);
        Assert.Equal(1, Changes(Starved, 5));
        Assert.Equal([OverloadStep.FewerFrames, OverloadStep.ShallowerExit], policy.Steps);
        Assert.Equal(1, Changes(Starved, 5));
        Assert.Equal(Config.Steps, policy.Steps);
        Assert.Equal(0, Changes(Starved, 100)); // nothing is left to give up
    }

    [Fact]
    public void Between_overload_and_ease_nothing_changes()
    {
        Changes(Starved, 11);
        Assert.Equal(0, Changes(Between, 10_000));
        Assert.Equal(2, policy.Steps.Length);
    }

    [Fact]
    public void Ease_that_lasts_undoes_the_steps_the_last_first()
    {
        Changes(Starved, 11);
        Assert.Equal(0, Changes(Ease, 60));
        Assert.Equal(0, Changes(Between, 1)); // the count begins anew
        Assert.Equal(1, Changes(Ease, 61));
        Assert.Equal([OverloadStep.FewerFrames], policy.Steps);
        Assert.Equal(1, Changes(Ease, 60));
        Assert.Empty(policy.Steps);
        Assert.Empty(policy.Reason);
    }

    [Fact]
    public void A_step_that_has_to_be_taken_again_at_once_is_left_longer_each_time_up_to_sixteen_times()
    {
        Changes(Starved, 6);
        foreach (var wait in (int[])[60, 120, 240, 480, 960, 960])
        {
            Assert.Equal(0, Changes(Ease, wait));
            Assert.Equal(1, Changes(Ease, 1));
            Assert.Equal(1, Changes(Starved, 6));
        }
    }

    [Fact]
    public void A_network_that_is_busy_but_gives_every_camera_plenty_is_at_ease_once_it_was_exchanged()
    {
        var plenty = Ease with { Utilisation = 1 };
        Changes(Starved, 11);
        Assert.Equal(1, Changes(plenty, 61)); // the shallower exit is undone
        Assert.Equal(0, Changes(plenty, 1000)); // how many frames are kept back, nobody can tell: they come back only when the network idles
    }

    [Fact]
    public void Heat_takes_steps_and_they_are_undone_only_when_it_has_cooled()
    {
        Assert.Equal(1, Changes(Hot, 6));
        Assert.Equal(Hot.HottestZone, policy.Reason);
        Assert.Equal(0, Changes(Ease with { Heat = Heat.Warm }, 1000));
        Assert.Equal(1, Changes(Ease, 61));
    }

    [Fact]
    public void Old_frames_are_an_overload()
    {
        Assert.Equal(1, Changes(Between with { OldestFrame = TimeSpan.FromSeconds(1.4) }, 6));
        Assert.Equal("a frame was 1.4 s old, and 1.0 s are allowed", policy.Reason);
    }

    [Fact]
    public void When_cameras_of_the_highest_priority_lose_frames_those_below_make_way_and_nothing_more_is_given_up()
    {
        Assert.Equal(1, Changes(Between with { ImportantServed = 0.7 }, 1000));
        Assert.Equal([OverloadStep.FewerFrames], policy.Steps);
        Assert.Equal(0, new OverloadPolicy(Config, [OverloadStep.SmallerInput]).Look(Between with { ImportantServed = 0.1 }, TimeSpan.Zero) ? 1 : 0);
    }

    [Fact]
    public void A_step_that_cannot_be_taken_is_left_out_from_then_on()
    {
        Changes(Starved, 11);
        policy.Refuse(); // the shallower exit
        Changes(Starved, 6);
        Assert.Equal([OverloadStep.FewerFrames, OverloadStep.SmallerInput], policy.Steps);
    }

    /// <summary>So many seconds of one load, a look each; how many of them changed something.</summary>
    private int Changes(Load load, int seconds) => Enumerable.Range(0, seconds).Count(_ => policy.Look(load, TimeSpan.FromSeconds(second++)));
}
