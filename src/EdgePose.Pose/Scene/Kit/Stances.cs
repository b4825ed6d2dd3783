namespace EdgePose.Scene.Kit;

/// <summary>The stances that acts go through.</summary>
internal static class Stances
{
    public static Stance Standing { get; } = Stance.Of(new(2, 0), new(0, 0), new(0, 0));

    public static Stance OnChair { get; } = Stance.Of(new(4, 0), new(80, 0), new(-5, 0));

    public static Stance Squatting { get; } = Stance.Of(new(30, 0), new(105, 0), new(-30, 0));

    public static Stance Kneeling { get; } = Stance.Of(new(5, 0), new(15, 0), new(-88, 0));

    /// <summary>On one knee, bent over the other foot.</summary>
    public static Stance TyingShoe { get; } = Stance.Of(new(50, 0), new(95, 0), new(5, 0), new(-15, 0), new(-85, 0));

    public static Stance BentOver { get; } = Stance.Of(new(95, 0), new(-8, 0), new(3, 0));

    public static Stance OnFloor { get; } = Stance.Of(new(-8, 0), new(80, 0), new(88, 0));

    /// <summary>Slid down a wall: the torso leans back and to a side.</summary>
    public static Stance AgainstWall { get; } = Stance.Of(new(-15, 12), new(78, 5), new(88, 0));

    public static Stance OnBack { get; } = Stance.Of(new(-86, 5), new(86, 0), new(86, 0)) with { LeftArm = new(60, 40), RightArm = new(70, -30) };

    public static Stance OnFace { get; } = Stance.Of(new(86, 4), new(-86, 0), new(-86, 0)) with
    {
        LeftArm = new(110, 30), RightArm = new(95, -40), LeftForearm = new(100, 0), RightForearm = new(85, 0),
    };

    public static Stance OnLeftSide { get; } = Stance.Of(new(8, 84), new(10, -84), new(25, -82), new(-10, -84), new(-20, -80)) with { RightArm = new(60, 20) };

    public static Stance CurledUp { get; } = Stance.Of(new(35, 72), new(65, -60), new(60, -50), new(-60, -55), new(-55, -60)) with
    {
        LeftArm = new(70, 20), RightArm = new(60, 40), LeftForearm = new(120, 0), RightForearm = new(110, 20),
    };

    public static Stance Buckling { get; } = Stance.Of(new(20, 15), new(75, 0), new(-60, 0));

    public static Stance Stumbling { get; } = Stance.Of(new(35, 0), new(30, 0), new(-20, 0), new(-10, 0), new(-30, 0)) with { LeftArm = new(70, 10), RightArm = new(70, -10) };

    public static Stance HandUp { get; } = Standing with { RightArm = new(0, -160), RightForearm = new(0, -175) };

    public static Stance BothHandsUp { get; } = HandUp with { LeftArm = new(0, 160), LeftForearm = new(0, 175) };

    /// <summary>Both ends of a wave of the right hand.</summary>
    public static Stance WaveOut { get; } = Standing with { RightArm = new(0, -95), RightForearm = new(0, -135) };

    public static Stance WaveIn { get; } = Standing with { RightArm = new(0, -95), RightForearm = new(0, -215) };

    public static Stance PointingLeft { get; } = Standing with { LeftArm = new(0, 88), LeftForearm = new(0, 90) };

    public static Stance PointingRight { get; } = PointingLeft.Mirrored();
}
