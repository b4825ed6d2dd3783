using EdgePose.Cameras.Sources;
using EdgePose.Daemon.Settings;
using EdgePose.Scene;

namespace EdgePose.Daemon.Events;

/// <summary>Watches the scene of each camera whose configuration asks for it, and tells what happens.</summary>
/// <param name="skeleton">What the keypoints mean.</param>
/// <param name="output">Gets the events.</param>
public sealed class SceneObserver(Skeleton skeleton, ISceneOutput output) : IFrameObserver
{
    private readonly Dictionary<string, (CameraScene Scene, SceneOptions Options)> scenes = new(StringComparer.Ordinal);
    private volatile Dictionary<string, SceneOptions> configured = [];

    /// <inheritdoc/>
    public string Name => "scene";

    /// <summary>Takes over the scenes of a configuration; each from its camera's next frame on. A scene that is the same goes on.</summary>
    public void Configure(IEnumerable<CameraConfig> cameras)
    {
        var before = configured;
        configured = cameras.Where(camera => !camera.Scene.IsEmpty).ToDictionary(
            camera => camera.Id, camera => before.TryGetValue(camera.Id, out var old) && ConfigurationChange.IsSame(old, camera.Scene) ? old : camera.Scene,
            StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public void Observe(in FrameResult result)
    {
        configured.TryGetValue(result.Camera, out var wanted);
        if (scenes.TryGetValue(result.Camera, out var known) && (result.Picture is null || !ReferenceEquals(known.Options, wanted)))
        {
            known.Scene.End(result.Picture is null ? EndCause.CameraEnded : EndCause.Reconfigured);
            Tell(known.Scene, result);
            if (!ReferenceEquals(known.Options, wanted))
            {
                scenes.Remove(result.Camera);
                known = default;
            }
        }

        if (result.Picture is null || wanted is null)
        {
            return;
        }

        if (known.Scene is null)
        {
            scenes[result.Camera] = known = (new CameraScene(skeleton, wanted), wanted);
            output.Began(result.Camera, known.Scene);
        }

        known.Scene.Observe(result.Visible, result.Moment.CapturedMonotonic, result.Moment.WidthPx, result.Moment.HeightPx);
        Tell(known.Scene, result);
    }

    private void Tell(CameraScene scene, in FrameResult result)
    {
        if (scene.Events.IsEmpty)
        {
            return;
        }

        foreach (ref readonly var happened in scene.Events)
        {
            output.Happened(result.Moment, happened);
        }

        output.Settled(result.Moment, scene);
    }
}
