using System.Numerics;

namespace EdgePose.Scene.Kit;

/// <summary>A drawn scene, as a network and a tracker would see it: noise of keypoints, missing ones, dropped frames, changed ids. The same seed gives the same film.</summary>
public sealed class Film
{
    // Frames that a tracker waits before it announces another id.
    private const int FramesToConfirm = 2;

    // A face that looks away by more than this shows no nose and no eyes (cosine).
    private const float FaceAway = -0.1f;
    private const double MaxFramesPerSecondJitter = 0.1;

    /// <summary>The camera.</summary>
    public SceneCamera Camera { get; init; } = new();

    /// <summary>Frames a second.</summary>
    public double FramesPerSecond { get; init; } = 10;

    /// <summary>Standard deviation of each keypoint's place along each axis, in body heights.</summary>
    public double Noise { get; init; } = 0.02;

    /// <summary>Share of keypoints that are missing, 0 to 1.</summary>
    public double Missing { get; init; } = 0.03;

    /// <summary>Share of frames that are dropped, 0 to 1.</summary>
    public double Dropped { get; init; } = 0.1;

    /// <summary>Changes of each person's track id a minute.</summary>
    public double IdChangesPerMinute { get; init; }

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; }

    /// <summary>Plays the film to a scene, and ends the scene.</summary>
    /// <param name="scene">Sees each frame.</param>
    /// <param name="skeleton">The scene's skeleton.</param>
    /// <param name="actors">The people.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="happened">Gets each event.</param>
    public void Play(CameraScene scene, Skeleton skeleton, IReadOnlyList<Actor> actors, double seconds, Action<SceneEvent> happened)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(skeleton);
        ArgumentNullException.ThrowIfNull(actors);
        ArgumentNullException.ThrowIfNull(happened);
        var random = new Random(Seed);
        Role[] roles = [.. actors.Select((actor, i) => new Role(actor, i + 1))];
        var keypoints = new Keypoint[skeleton.KeypointCount];
        long lastId = roles.Length;
        for (var frame = 0; frame / FramesPerSecond < seconds; frame++)
        {
            if (random.NextDouble() < Dropped)
            {
                continue;
            }

            var at = (frame + (MaxFramesPerSecondJitter * random.NextDouble())) / FramesPerSecond;
            scene.Begin(TimeSpan.FromSeconds(at), Camera.WidthPx, Camera.HeightPx);
            foreach (var role in roles)
            {
                if (random.NextDouble() < IdChangesPerMinute / 60 / FramesPerSecond)
                {
                    (role.Id, role.Unconfirmed) = (++lastId, FramesToConfirm);
                }

                if (role.IsThere(at) && role.Unconfirmed-- <= 0 && Draw(role, at, skeleton, keypoints, random))
                {
                    scene.See(role.Id, keypoints);
                }
            }

            scene.Finish();
            Tell(scene, happened);
        }

        scene.End(EndCause.CameraEnded);
        Tell(scene, happened);
    }

    private static void Tell(CameraScene scene, Action<SceneEvent> happened)
    {
        foreach (var one in scene.Events)
        {
            happened(one);
        }
    }

    /// <summary>Draws one person's keypoints at a time.</summary>
    /// <returns>False when too little is in the picture.</returns>
    public bool Draw(Actor actor, double at, Skeleton skeleton, Keypoint[] keypoints, Random random)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(skeleton);
        ArgumentNullException.ThrowIfNull(keypoints);
        ArgumentNullException.ThrowIfNull(random);
        return Draw(new Role(actor, 0), at, skeleton, keypoints, random);
    }

    private bool Draw(Role role, double at, Skeleton skeleton, Keypoint[] keypoints, Random random)
    {
        var actor = role.Actor;
        var (stance, place, turn) = actor.Act.At(at - actor.StartSeconds);
        role.Puppet.Pose(stance);
        var facing = actor.InRoom(role.Puppet.Facing, Vector2.Zero, turn) - new Vector3(actor.Start.X, actor.Start.Y, 0);
        var feet = actor.InRoom(Vector3.Zero, place, turn);
        var toCamera = Vector3.Normalize(new Vector3(0, 0, (float)Camera.HeightMetres) - feet);
        var seesFace = Vector3.Dot(Vector3.Normalize(facing), toCamera) > FaceAway;
        var deviation = Noise * HeightPx(actor, feet);
        var shown = 0;
        for (var i = 0; i < keypoints.Length; i++)
        {
            var name = skeleton.KeypointNames[i];
            var (x, y) = (deviation * Gauss(random), deviation * Gauss(random));
            var isMissing = random.NextDouble() < Missing || (!seesFace && (name == "nose" || name.EndsWith("eye", StringComparison.Ordinal)));
            var spot = Camera.Project(actor.InRoom(role.Puppet.Joints[name], place, turn));
            var isInside = spot is { } seen && seen.X >= 0 && seen.Y >= 0 && seen.X < Camera.WidthPx && seen.Y < Camera.HeightPx;
            keypoints[i] = isMissing || !isInside ? default : new Keypoint(spot!.Value.X + (float)x, spot.Value.Y + (float)y, 0.8f);
            shown += keypoints[i].IsPresent ? 1 : 0;
        }

        return shown >= keypoints.Length / 3;
    }

    private double HeightPx(Actor actor, Vector3 feet) =>
        Camera.Project(feet) is { } low && Camera.Project(feet + new Vector3(0, 0, actor.HeightMetres)) is { } high ? Math.Abs(low.Y - high.Y) : 0;

    private static double Gauss(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());

    private sealed class Role(Actor actor, long id)
    {
        public Actor Actor => actor;

        public Puppet Puppet { get; } = new();

        public long Id { get; set; } = id;

        public int Unconfirmed { get; set; }

        public bool IsThere(double at) => at >= actor.StartSeconds && !(at >= actor.StartSeconds + actor.HiddenFromSeconds)
            && !(actor.Leaves && at >= actor.StartSeconds + actor.Act.Seconds);
    }
}
