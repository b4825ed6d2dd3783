namespace EdgePose.Scene.Kit;

/// <summary>The acts of the kit: falls, and what people do every day that looks like one. Times are spread by a random source.</summary>
public static class Acts
{
    private const double LiesSeconds = 16;

    /// <summary>The eight kinds of fall.</summary>
    public static IReadOnlyList<Func<Random, Act>> Falls { get; } =
    [
        random => Fall("forward", random).To(Stances.Stumbling, Around(.25, random), .1f).To(Stances.OnFace, Around(.7, random), falls: true).Stay(LiesSeconds),
        random => Fall("backward", random).To(Stances.OnBack, Around(.8, random), falls: true).Stay(LiesSeconds),
        random => Fall("left", random).To(Stances.OnLeftSide, Around(.8, random), falls: true).Stay(LiesSeconds),
        random => Fall("right", random).To(Stances.OnLeftSide.Mirrored(), Around(.8, random), falls: true).Stay(LiesSeconds),
        random => Fall("collapse", random).To(Stances.Buckling, Around(.45, random), falls: true).To(Stances.CurledUp, Around(.45, random), 0, -.33f, falls: true).Stay(LiesSeconds),
        random => Fall("wall", random).To(Stances.AgainstWall, Around(1.1, random), .48f, falls: true).Stay(LiesSeconds),
        random => new Act { Name = "chair", IsFall = true, Start = Stances.OnChair }.Stay(Around(3, random))
            .To(Stances.Buckling, Around(.4, random)).To(Stances.CurledUp, Around(.5, random), .1f, -.33f, falls: true).Stay(LiesSeconds),
        random => Fall("seated", random).To(Stances.OnFloor, Around(.6, random), .2f, falls: true).To(Stances.OnBack, Around(.45, random), falls: true).Stay(LiesSeconds),
    ];

    /// <summary>What is no fall.</summary>
    public static IReadOnlyList<Func<Random, Act>> Daily { get; } =
    [
        random => Come("sitDown", random).To(Stances.OnChair, Around(1.2, random)).Stay(15).To(Stances.Standing, Around(1.3, random)).Stay(2),
        random => Come("tieShoe", random).To(Stances.TyingShoe, Around(1.2, random)).Stay(9).To(Stances.Standing, Around(1.2, random)).Stay(2),
        random => Come("pickUp", random).To(Stances.BentOver, Around(1, random)).Stay(3).To(Stances.Standing, Around(1, random)).Stay(2),
        random => Come("kneel", random).To(Stances.Kneeling, Around(1.2, random)).Stay(15).To(Stances.Standing, Around(1.3, random)).Stay(2),
        random => Come("squat", random).To(Stances.Squatting, Around(1, random)).Stay(6).To(Stances.Standing, Around(1, random)).Stay(2),
        random => Come("lieDown", random).To(Stances.Squatting, Around(1.3, random)).To(Stances.OnFloor, Around(1.4, random), .35f).To(Stances.OnBack, Around(2, random)).Stay(15),
        random => Come("walk", random).Walk(4, Around(.75, random)).Turn(180, 1).Walk(4, Around(.75, random)),
    ];

    /// <summary>Every gesture, by its name in events.</summary>
    public static IReadOnlyDictionary<string, Func<Random, Act>> Gestures { get; } = new Dictionary<string, Func<Random, Act>>
    {
        ["handRaised"] = random => Come("handRaised", random).To(Stances.HandUp, Around(.6, random)).Stay(2).To(Stances.Standing, Around(.6, random)).Stay(1),
        ["bothHandsRaised"] = random => Come("bothHandsRaised", random).To(Stances.BothHandsUp, Around(.6, random)).Stay(2).To(Stances.Standing, Around(.6, random)).Stay(1),
        ["waving"] = Wave,
        ["pointingLeft"] = random => Come("pointingLeft", random).To(Stances.PointingRight, Around(.6, random)).Stay(2).To(Stances.Standing, Around(.6, random)).Stay(1),
        ["pointingRight"] = random => Come("pointingRight", random).To(Stances.PointingLeft, Around(.6, random)).Stay(2).To(Stances.Standing, Around(.6, random)).Stay(1),
    };

    private static Act Fall(string name, Random random) => new Act { Name = name, IsFall = true }.Walk(Around(1.2, random), Around(.7, random)).Stay(Around(.7, random));

    private static Act Come(string name, Random random) => new Act { Name = name }.Walk(Around(1.2, random), Around(.7, random)).Stay(Around(.8, random));

    private static Act Wave(Random random)
    {
        var act = Come("waving", random).To(Stances.WaveOut, Around(.6, random));
        for (var i = 0; i < 4; i++)
        {
            act.To(Stances.WaveIn, Around(.35, random)).To(Stances.WaveOut, Around(.35, random));
        }

        return act.To(Stances.Standing, Around(.6, random)).Stay(1);
    }

    private static double Around(double value, Random random) => value * (0.8 + (0.4 * random.NextDouble()));
}
