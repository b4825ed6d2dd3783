using EdgePose.Cameras.Sources;
using EdgePose.Configuration.Reading;

namespace EdgePose.Daemon.Settings;

/// <summary>An address holds no user and no password, because configuration files are shown, copied and logged. A camera's address names its host.</summary>
internal static class AddressValidator
{
    /// <summary>Adds an error for an address with credentials, or an RTSP address without a host. The message does not show the address.</summary>
    public static void Validate(ConfigurationText value, ConfigurationErrors errors)
    {
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
