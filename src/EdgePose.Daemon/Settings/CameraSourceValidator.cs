using EdgePose.Cameras.Sources;
using EdgePose.Configuration.Reading;

namespace EdgePose.Daemon.Settings;

/// <summary>
/// Cameras whose address leads somewhere: to a file that exists, or by a scheme that the built-in pipeline opens. An empty list of cameras is allowed here; the command that needs one says so.
/// </summary>
internal static class CameraSourceValidator
{
    private static readonly string[] Schemes = ["rtsp", "rtsps"];

    /// <summary>Adds what is wrong with the cameras of <paramref name="config"/>.</summary>
    public static void Validate(EdgePoseConfig config, bool lookForFiles, ConfigurationErrors errors)
    {
        for (var i = 0; i < config.Cameras.Length; i++)
        {
            var (camera, path) = (config.Cameras[i], $"$.cameras[{i}].address");
            if (errors.Has(path) || string.IsNullOrWhiteSpace(camera.Address))
            {
                continue;
            }

            if (SourceAddress.FilePathOf(camera.Address) is { } file)
            {
                // A device may be unplugged now and come back: that is the supervisor's business.
                if (lookForFiles && !Path.Exists(config.Resolve(file)))
                {
                    // An address whose scheme was forgotten looks like a file, and may hold a password.
                    errors.Add(path, $"there is no file, folder or device {Credentials.Hide(file)}", "Name a video file, relative to the configuration file, or a camera as rtsp://host/path");
                }
            }
            else if (camera.Pipeline is null && SourceAddress.KindOf(camera.Address) is not (SourceKind.Rtsp or SourceKind.Device))
            {
                RefuseScheme(camera.Address[..camera.Address.IndexOf(':', StringComparison.Ordinal)], path, errors);
            }
        }
    }

    private static void RefuseScheme(string scheme, string path, ConfigurationErrors errors)
    {
        // Letters in another order first: they are the usual slip, and two edits away.
        var meant = Schemes.FirstOrDefault(known => known.Order().SequenceEqual(scheme.ToLowerInvariant().Order())) ?? errors.Suggest(scheme, Schemes);
        errors.Add(
            path,
            $"no camera is opened by \"{(scheme.Length <= 40 ? scheme : scheme[..40] + "...")}:\"",
            meant is not null ? $"Did you mean \"{meant}://\"?" : "Write rtsp://host/path, rtsps://host/path, a file, a folder or /dev/videoN; another kind of stream needs a \"pipeline\" of your own");
    }
}
