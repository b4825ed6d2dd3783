using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using EdgePose.Scene;
using EdgePose.Scene.Kit;

namespace EdgePose.Benchmarks;

/// <summary>What a scene costs: 60 people, 20 zones, 10 lines, falls, postures and gestures at 15 frames a second, as a share of one core, and bytes a frame. <c>--seconds N</c> of film.</summary>
internal static class SceneCost
{
    private const int People = 60;
    private const int FramesPerSecond = 15;

    public static int Run(string[] arguments)
    {
        var seconds = arguments is ["--seconds", var text] ? int.Parse(text, CultureInfo.InvariantCulture) : 60;
        var options = new SceneOptions
        {
            Zones = [.. Enumerable.Range(0, 20).Select(i => new ZoneOptions { Id = $"zone-{i}", Points = Square(i % 5 * .2, i / 5 * .25), DwellSeconds = [10, 60], MaxPeople = 5 })],
            Lines = [.. Enumerable.Range(0, 10).Select(i => new LineOptions { Id = $"line-{i}", Points = [[.05 + (i * .1), 0], [.05 + (i * .1), 1]] })],
            Falls = new FallOptions { Enabled = true }, Postures = true, Gestures = true,
        };
        var frames = Film(seconds);
        var scene = new CameraScene(Skeletons.Coco18, options);
        Play(scene, frames, 0); // warms up
        var (events, bytes) = (0, GC.GetAllocatedBytesForCurrentThread());
        var start = Stopwatch.GetTimestamp();
        events = Play(scene, frames, seconds);
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{People} people, 20 zones, 10 lines at {FramesPerSecond} frames/s: {100 * took / seconds:0.00} % of one core, {1e6 * took / frames.Length:0} us and {bytes / (double)frames.Length:0.0} B a frame, {events} events"));
        return 0;
    }

    private static ImmutableArray<ImmutableArray<double>> Square(double x, double y) => [[x, y], [x + .18, y], [x + .18, y + .2], [x, y + .2]];

    private static int Play(CameraScene scene, Keypoint[][][] frames, double offset)
    {
        var events = 0;
        for (var i = 0; i < frames.Length; i++)
        {
            scene.Begin(TimeSpan.FromSeconds(offset + ((double)i / FramesPerSecond)), 1280, 720);
            for (var person = 0; person < People; person++)
            {
                scene.See(person + 1, frames[i][person]);
            }

            scene.Finish();
            events += scene.Events.Length;
        }

        return events;
    }

    /// <summary>People who walk through the room on their own ways, taken from the kit one by one.</summary>
    private static Keypoint[][][] Film(int seconds)
    {
        var film = new Film { FramesPerSecond = FramesPerSecond, Noise = .02 };
        var random = new Random(1);
        var frames = Enumerable.Range(0, seconds * FramesPerSecond).Select(_ => new Keypoint[People][]).ToArray();
        for (var person = 0; person < People; person++)
        {
            var act = new Act { Name = "walks" };
            while (act.Seconds < seconds)
            {
                act.Walk(2, .7).Turn(180, 1);
            }

            var actor = new Actor(act, new Vector2(4 + (8 * (float)random.NextDouble()), (6 * (float)random.NextDouble()) - 3), 360 * random.NextDouble());
            for (var i = 0; i < frames.Length; i++)
            {
                frames[i][person] = new Keypoint[Skeletons.Coco18.KeypointCount];
                film.Draw(actor, (double)i / FramesPerSecond, Skeletons.Coco18, frames[i][person], random);
            }
        }

        return frames;
    }
}
