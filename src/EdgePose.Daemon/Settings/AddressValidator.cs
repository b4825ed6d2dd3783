using EdgePose.Cameras.Sources;
using EdgePose.Configuration.Reading;

namespace EdgePose.Daemon.Settings;

/// <summary>No address may carry a user or a password: configuration files are shown, copied and logged. And one of a camera names its host.</summary>
internal static class AddressValidator
{
    /// <summary>Adds an error when <paramref name="value"/> is an address with credentials or an RTSP address without a host. The message does not repeat the address.</summary>
    public static void Validate(ConfigurationText value, ConfigurationErrors errors)
    {
        if (!value.Key.EndsWith("Address", StringComparison.Ordinal))
        {
            return;
        }

        if (Credentials.IsIn(value.Text))
        {
            errors.Add(
                value.Path,
                "the address holds a user or a password",
                "Write the address without them, the user as \"username\", and the password in a file of mode 0600 named by \"passwordFile\"");
        }
        else if (SourceAddress.LacksHost(value.Text))
        {
            errors.Add(value.Path, "the address names no host", "Write the camera's name or IP address after the two slashes, as in rtsp://host/path");
        }
    }
}
