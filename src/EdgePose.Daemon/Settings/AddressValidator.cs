using EdgePose.Configuration.Reading;

namespace EdgePose.Daemon.Settings;

/// <summary>No address may hold a user or a password: configuration files are shown, copied and logged.</summary>
internal static class AddressValidator
{
    /// <summary>Adds an error when <paramref name="value"/> is an address with credentials. The message does not repeat the address.</summary>
    public static void Validate(ConfigurationText value, ConfigurationErrors errors)
    {
        if (Credentials.IsIn(value.Text))
        {
            errors.Add(
                value.Path,
                "the address holds a user or a password",
                "Write the address without them, the user as \"username\", and the password in a file of mode 0600 named by \"passwordFile\"");
        }
    }
}
