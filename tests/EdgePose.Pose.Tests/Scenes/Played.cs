using System.Numerics;
using EdgePose.Scene;
using EdgePose.Scene.Kit;

namespace EdgePose.Tests.Scenes;

/// <summary>Plays acts of the scene kit and gives the events.</summary>
internal static class Played
{
    public static List<SceneEvent> Film(SceneOptions options, Film film, double seconds, params Actor[] actors)
    {
        List<SceneEvent> events = [];
        film.Play(new CameraScene(Skeletons.Coco18, options), Skeletons.Coco18, actors, seconds, events.Add);
        return events;
    }

    public static Actor At(Act act, double distance, double heading) => Actor.Arriving(act, new Vector2((float)distance, 0), heading);

    /// <summary>One act, with some time after it.</summary>
    public static List<SceneEvent> Act(SceneOptions options, Act act, double distance, double heading, Film film) =>
        Film(options, film, act.Seconds + 1, At(act, distance, heading));
}
