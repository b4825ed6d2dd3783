using EdgePose.Scene;
using EdgePose.Scene.Kit;

namespace EdgePose.Tests.Scenes;

public sealed class GestureTests
{
    private static readonly SceneOptions Gestures = new() { Gestures = true };

    public static TheoryData<string> Names => [.. Acts.Gestures.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_gesture_is_found_once_and_ends(string name)
    {
        foreach (var seed in Enumerable.Range(1, 20))
        {
            var act = Acts.Gestures[name](new Random(seed));
            var events = Played.Act(Gestures, act, 4, 180, new Film { FramesPerSecond = 15, Noise = .01, Missing = .01, Seed = seed });
            Assert.Equal([SceneEventKind.GestureStarted, SceneEventKind.GestureEnded], events.Where(one => one.Subject == name).Select(one => one.Kind));
        }
    }

    [Fact]
    public void Who_walks_sits_and_ties_a_shoe_makes_no_gesture()
    {
        foreach (var make in Acts.Daily)
        {
            foreach (var seed in Enumerable.Range(1, 5))
            {
                var events = Played.Act(Gestures, make(new Random(seed)), 5, 180, new Film { FramesPerSecond = 15, Noise = .01, Seed = seed });
                Assert.DoesNotContain(events, one => one.Kind == SceneEventKind.GestureStarted);
            }
        }
    }
}
