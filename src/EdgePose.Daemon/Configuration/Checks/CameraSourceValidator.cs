using EdgePose.Daemon.Cameras.Decoder;

namespace EdgePose.Daemon.Configuration;

/// <summary>Cameras whose source is a file: it exists. An empty list of cameras is allowed here; the command that needs one says so.</summary>
internal static class CameraSourceValidator
{
    /// <summary>Adds what is wrong with the cameras of <paramref name="config"/>.</summary>
    public static void Validate(EdgePoseConfig config, ConfigurationErrors errors)
    {
        for (var i = 0; i < config.Cameras.Length; i++)
        {
            // A device may be unplugged now and come back: that is the supervisor's business.
            var (address, path) = (config.Cameras[i].Address, $"$.cameras[{i}].address");
            if (!errors.Has(path) && !string.IsNullOrWhiteSpace(address) && SourceAddress.FilePathOf(address) is { } file && !Path.Exists(config.Resolve(file)))
            {
                errors.Add(path, $"there is no file, folder or device {file}", "Name a video file, relative to the configuration file, or a camera as rtsp://host/path");
            }
        }
    }
}
