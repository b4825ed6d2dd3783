namespace EdgePose.Daemon.Configuration;

/// <summary>What the list of cameras must keep to: each id once, and files that exist. An empty list is allowed here; the command that needs a camera says so.</summary>
internal static class CameraListValidator
{
    /// <summary>Adds what is wrong with the cameras of <paramref name="config"/>.</summary>
    public static void Validate(EdgePoseConfig config, ConfigurationErrors errors)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        var i = 0;
        foreach (var camera in config.Cameras)
        {
            var path = $"$.cameras[{i}]";
            if (!string.IsNullOrEmpty(camera.Id) && !first.TryAdd(camera.Id, i))
            {
                errors.Add($"{path}.id", $"camera {first[camera.Id]} has the id \"{camera.Id}\" too", "Give each camera an id of its own");
            }

            // A device may be unplugged now and come back: that is the supervisor's business.
            if (!errors.Has($"{path}.address") && camera.Address?.StartsWith("/dev/", StringComparison.Ordinal) != true && FilePathOf(camera.Address) is { } file && !Path.Exists(config.Resolve(file)))
            {
                errors.Add($"{path}.address", $"there is no file, folder or device {file}", "Name a video file, relative to the configuration file, or a camera as rtsp://host/path");
            }

            i++;
        }
    }

    /// <summary>The file that an address means: file:///path, or anything without a scheme. Null for the address of a stream.</summary>
    private static string? FilePathOf(string? address)
    {
        const string Scheme = "file:";
        if (string.IsNullOrWhiteSpace(address))
        {
            return null;
        }

        if (address.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            // file:///absolute and file:relative; a host between the slashes means nothing here.
            var rest = Uri.UnescapeDataString(address[Scheme.Length..]);
            return rest.StartsWith("//", StringComparison.Ordinal) ? rest[2..] : rest;
        }

        var colon = address.IndexOf(':', StringComparison.Ordinal);
        return colon > 1 && address[..colon].All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '-' or '.') ? null : address;
    }
}
