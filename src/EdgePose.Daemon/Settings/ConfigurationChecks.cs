using EdgePose.Configuration.Reading;

namespace EdgePose.Daemon.Settings;

/// <summary>Every check that looks at more than one value, or beyond the file. A value that was refused already is not checked again.</summary>
internal static class ConfigurationChecks
{
    /// <summary>Runs them all.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="lookForFiles">Whether the files that it names must be there, and fit.</param>
    /// <param name="errors">Gets what is wrong.</param>
    public static void Run(EdgePoseConfig config, bool lookForFiles, ConfigurationErrors errors)
    {
        NetworkConfigValidator.Validate(config.Network, "$.network", errors);
        OverloadConfigValidator.Validate(config.Overload, "$.overload", errors);
        foreach (var value in ConfigurationWalk.Texts(config).Where(value => !errors.Has(value.Path)))
        {
            ControlCharacterValidator.Validate(value, errors);
        }

        foreach (var value in ConfigurationWalk.Texts(config))
        {
            if (errors.Has(value.Path))
            {
                continue;
            }

            AddressValidator.Validate(value, errors);
            IdentifierValidator.Validate(value, errors);
            if (lookForFiles)
            {
                ReferencedFileValidator.Validate(value, config, errors);
            }
        }

        CameraSourceValidator.Validate(config, lookForFiles, errors); // after the check for credentials: it repeats parts of an address
        BrokerConfigValidator.Validate(config, lookForFiles, errors); // last: it opens files that the checks above have found to be there
    }
}
