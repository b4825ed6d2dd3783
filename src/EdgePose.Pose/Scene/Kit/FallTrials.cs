using System.Numerics;

namespace EdgePose.Scene.Kit;

/// <summary>One act of the kit, played once, and what the fall detection made of it.</summary>
/// <param name="Act">The act's name.</param>
/// <param name="IsFall">Whether the act is a fall.</param>
/// <param name="Metres">Distance from the camera.</param>
/// <param name="FramesPerSecond">Frames a second.</param>
/// <param name="HeadingDegrees">The way that the person faces; 0 is away from the camera.</param>
/// <param name="IsSuspected">Whether a fall was suspected.</param>
/// <param name="IsConfirmed">Whether a fall was confirmed: the alarm.</param>
public readonly record struct FallTrial(string Act, bool IsFall, double Metres, double FramesPerSecond, int HeadingDegrees, bool IsSuspected, bool IsConfirmed)
{
    /// <summary>Whether the detection was right.</summary>
    public bool IsRight => IsFall == IsConfirmed;
}

/// <summary>The grid of falls and daily acts: every act in 12 directions, at three distances and three frame rates.</summary>
public static class FallTrials
{
    private static readonly double[] Distances = [4, 6, 9];
    private static readonly double[] Rates = [5, 10, 15];
    private static readonly SceneOptions Options = new() { Falls = new FallOptions { Enabled = true } };

    /// <summary>Plays the grid. The same seed gives the same trials.</summary>
    public static IEnumerable<FallTrial> Play(int seed)
    {
        foreach (var make in Acts.Falls.Concat(Acts.Daily))
        {
            foreach (var distance in Distances)
            {
                foreach (var rate in Rates)
                {
                    for (var heading = 0; heading < 360; heading += 30)
                    {
                        yield return Play(make, distance, rate, heading, seed++);
                    }
                }
            }
        }
    }

    private static FallTrial Play(Func<Random, Act> make, double distance, double rate, int heading, int seed)
    {
        var act = make(new Random(seed));
        var (isSuspected, isConfirmed) = (false, false);
        new Film { FramesPerSecond = rate, Seed = seed }.Play(
            new CameraScene(Skeletons.Coco18, Options), Skeletons.Coco18, [Actor.Arriving(act, new Vector2((float)distance, 0), heading)], act.Seconds + 1,
            happened =>
            {
                isSuspected |= happened.Kind == SceneEventKind.FallSuspected;
                isConfirmed |= happened.Kind == SceneEventKind.FallConfirmed;
            });
        return new FallTrial(act.Name, act.IsFall, distance, rate, heading, isSuspected, isConfirmed);
    }
}
