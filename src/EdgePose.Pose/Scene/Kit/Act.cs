using System.Numerics;

namespace EdgePose.Scene.Kit;

/// <summary>What a drawn person does: steps from stance to stance, on the spot or walking.</summary>
public sealed class Act
{
    // Of a person of 1.7 m who walks at 1.3 m/s: two steps of 0.7 m each 1.1 s.
    private const float StrideHeights = 0.82f;
    private const float ThighSwingDegrees = 26;
    private const float ArmSwingDegrees = 22;

    private readonly List<Step> steps = [];

    /// <summary>What it is, for tables.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is a fall.</summary>
    public bool IsFall { get; init; }

    /// <summary>The stance at the beginning.</summary>
    public Stance Start { get; init; } = Stances.Standing;

    /// <summary>How long it takes, in seconds.</summary>
    public double Seconds => steps.Sum(step => step.Seconds);

    /// <summary>The stance at the end.</summary>
    public Stance Last => steps.Count > 0 ? steps[^1].To : Start;

    /// <summary>How far the act walks before anything else, in body heights.</summary>
    public double WalkedHeights => steps.TakeWhile(step => step.Walks).Sum(step => step.Move.X);

    /// <summary>When the person is on the ground in a fall, or in the last stance otherwise, in seconds from the start.</summary>
    public double DoneSeconds { get; private set; }

    /// <summary>Adds a step to another stance.</summary>
    /// <param name="to">The stance at its end.</param>
    /// <param name="seconds">How long it takes.</param>
    /// <param name="forward">How far the feet move forward, in body heights.</param>
    /// <param name="left">How far they move to the person's left.</param>
    /// <param name="falls">Whether speed grows to the end, as in a fall; else it begins and ends at rest.</param>
    public Act To(Stance to, double seconds, float forward = 0, float left = 0, bool falls = false)
    {
        steps.Add(new Step(to, seconds, new Vector2(forward, left), falls, Walks: false));
        DoneSeconds = Seconds;
        return this;
    }

    /// <summary>Adds a time without motion.</summary>
    public Act Stay(double seconds)
    {
        steps.Add(new Step(Last, seconds, default, Falls: false, Walks: false));
        return this;
    }

    /// <summary>Adds a walk straight on.</summary>
    /// <param name="heights">How far, in body heights.</param>
    /// <param name="heightsPerSecond">How fast.</param>
    public Act Walk(double heights, double heightsPerSecond)
    {
        steps.Add(new Step(Stances.Standing, heights / heightsPerSecond, new Vector2((float)heights, 0), Falls: false, Walks: true));
        return this;
    }

    /// <summary>Adds a turn on the spot.</summary>
    public Act Turn(double degrees, double seconds)
    {
        steps.Add(new Step(Stances.Standing, seconds, default, Falls: false, Walks: false) { TurnDegrees = degrees });
        return this;
    }

    /// <summary>The stance at a time, and where the feet are against the start: X forward, Y left, and the turn of the body to the left.</summary>
    internal (Stance Stance, Vector2 Place, double TurnDegrees) At(double seconds)
    {
        var (stance, place, turn) = (Start, Vector2.Zero, 0.0);
        foreach (var step in steps)
        {
            var share = Math.Clamp(seconds / step.Seconds, 0, 1);
            var eased = (float)(step.Walks ? share : step.Falls ? Math.Pow(share, 1.7) : share * share * (3 - (2 * share)));
            var (sin, cos) = MathF.SinCos((float)double.DegreesToRadians(turn));
            place += new Vector2((step.Move.X * cos) - (step.Move.Y * sin), (step.Move.X * sin) + (step.Move.Y * cos)) * eased;
            turn += step.TurnDegrees * eased;
            if (share < 1)
            {
                return (step.Walks ? Walking(step.Move.X * eased) : Stance.Between(stance, step.To, eased), place, turn);
            }

            stance = step.To;
            seconds -= step.Seconds;
        }

        return (stance, place, turn);
    }

    private static Stance Walking(float way)
    {
        var swing = MathF.Sin(way / StrideHeights * MathF.Tau);
        var lift = MathF.Cos(way / StrideHeights * MathF.Tau);
        return Stance.Of(
            new(4, 0), new(swing * ThighSwingDegrees, 0), new(-swing * ThighSwingDegrees, 0),
            new((swing * ThighSwingDegrees) - (MathF.Max(0, lift) * 35), 0), new((-swing * ThighSwingDegrees) - (MathF.Max(0, -lift) * 35), 0)) with
        {
            LeftArm = new(-swing * ArmSwingDegrees, 6), RightArm = new(swing * ArmSwingDegrees, -6),
        };
    }

    private sealed record Step(Stance To, double Seconds, Vector2 Move, bool Falls, bool Walks)
    {
        public double TurnDegrees { get; init; }
    }
}
