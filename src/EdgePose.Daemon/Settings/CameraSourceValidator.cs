using EdgePose.Cameras.Sources;
using EdgePose.Configuration.Reading;

namespace EdgePose.Daemon.Settings;

/// <summary>Asks each camera's source what of its section it refuses. No cameras at all are allowed here; the command that needs one says so.</summary>
internal static class CameraSourceValidator
{
    /// <summary>Adds what is wrong with the cameras of <paramref name="config"/>.</summary>
    public static void Validate(EdgePoseConfig config, bool lookForFiles, ConfigurationErrors errors)
    {
        var check = new SourceCheck(lookForFiles, Credentials.Hide, errors.Suggest);
        for (var i = 0; i < config.Cameras.Length; i++)
        {
            var (camera, path) = (config.Cameras[i], $"$.cameras[{i}]");
            if (errors.Has($"{path}.address") || string.IsNullOrWhiteSpace(camera.Address))
            {
                continue;
            }

            foreach (var fault in CameraSource.Of(camera, config.BaseFolder).Faults(check))
            {
                errors.Add($"{path}.{fault.Key}", fault.Reason, fault.Remedy);
            }
        }
    }
}
