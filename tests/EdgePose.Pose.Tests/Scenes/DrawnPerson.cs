using EdgePose.Scene;

namespace EdgePose.Tests.Scenes;

/// <summary>One person of 200 px in a picture of 1000 x 1000 px, placed by hand at 10 frames a second.</summary>
internal sealed class DrawnPerson(SceneOptions options)
{
    private const int Size = 1000;
    private const float HeightPx = 200;

    private static readonly (string Name, float Side, float Up)[] Parts =
    [
        ("nose", 0, .936f), ("right_eye", -.02f, .95f), ("left_eye", .02f, .95f), ("right_ear", -.04f, .94f), ("left_ear", .04f, .94f), ("neck", 0, .818f),
        ("right_shoulder", -.13f, .818f), ("left_shoulder", .13f, .818f), ("right_elbow", -.15f, .63f), ("left_elbow", .15f, .63f), ("right_wrist", -.15f, .485f),
        ("left_wrist", .15f, .485f), ("right_hip", -.08f, .53f), ("left_hip", .08f, .53f), ("right_knee", -.07f, .285f), ("left_knee", .07f, .285f),
        ("right_ankle", -.06f, .039f), ("left_ankle", .06f, .039f),
    ];

    private readonly CameraScene scene = new(Skeletons.Coco18, options);
    private readonly Keypoint[] keypoints = new Keypoint[Skeletons.Coco18.KeypointCount];
    private int frame;

    public List<SceneEvent> Events { get; } = [];

    /// <summary>The scene, for more than one person.</summary>
    public CameraScene Scene => scene;

    /// <summary>A frame in which the person stands with the ankles' middle at a normalised place.</summary>
    public void Stand(double x, double y, long id = 1)
    {
        Begin();
        See(x, y, id);
        Finish();
    }

    /// <summary>Frames without anybody.</summary>
    public void Nobody(int frames)
    {
        for (var i = 0; i < frames; i++)
        {
            Begin();
            Finish();
        }
    }

    public void Begin() => scene.Begin(TimeSpan.FromSeconds(frame++ / 10.0), Size, Size);

    public void See(double x, double y, long id)
    {
        foreach (var (name, side, up) in Parts)
        {
            keypoints[Skeletons.Coco18.IndexOf(name)] = new Keypoint((float)(x * Size) - .5f + (side * HeightPx), (float)(y * Size) - .5f - ((up - .039f) * HeightPx), .9f);
        }

        scene.See(id, keypoints);
    }

    public void Finish()
    {
        scene.Finish();
        Take();
    }

    public void End(EndCause cause = EndCause.CameraEnded)
    {
        scene.End(cause);
        Take();
    }

    private void Take()
    {
        foreach (var one in scene.Events)
        {
            Events.Add(one);
        }
    }
}
