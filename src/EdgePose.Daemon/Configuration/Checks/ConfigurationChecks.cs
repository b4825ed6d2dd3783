namespace EdgePose.Daemon.Configuration;

/// <summary>Every check that looks at more than one value, or beyond the file. A value that was refused already is not checked again.</summary>
internal static class ConfigurationChecks
{
    /// <summary>Runs them all.</summary>
    public static void Run(EdgePoseConfig config, ConfigurationErrors errors)
    {
        NetworkConfigValidator.Validate(config.Network, "$.network", errors);
        OverloadConfigValidator.Validate(config.Overload, "$.overload", errors);
        CameraListValidator.Validate(config, errors);
        foreach (var value in ConfigurationWalk.Texts(config))
        {
            if (errors.Has(value.Path))
            {
                continue;
            }

            AddressValidator.Validate(value, errors);
            IdentifierValidator.Validate(value, errors);
            ReferencedFileValidator.Validate(value, config, errors);
        }

        BrokerConfigValidator.Validate(config, errors); // last: it opens files that the checks above have found to be there
    }
}
