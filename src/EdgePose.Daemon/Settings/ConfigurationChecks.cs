using EdgePose.Configuration.Reading;

namespace EdgePose.Daemon.Settings;

/// <summary>Every check of several values, and of what a value names. A value with an error is not checked again.</summary>
internal static class ConfigurationChecks
{
    /// <summary>Runs all checks.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="options">What is checked.</param>
    /// <param name="errors">Receives the errors.</param>
    public static void Run(EdgePoseConfig config, LoadOptions options, ConfigurationErrors errors)
    {
        var (providers, steps) = (config.Network.Providers, config.Overload.Steps);
        if (providers.Distinct().Count() != providers.Length)
        {
            errors.Add("$.network.providers", "a provider is named twice", "Name each at most once");
        }

        if (steps.Distinct().Count() != steps.Length)
        {
            errors.Add("$.overload.steps", "a step is named twice", "Name each at most once");
        }

        if (steps.Contains(OverloadStep.ShallowerExit) && string.IsNullOrWhiteSpace(config.Overload.ShallowerManifest))
        {
            errors.Add("$.overload.steps", "shallowerExit needs a network", "Name its manifest in overload.shallowerManifest, or leave the step out");
        }

        foreach (var value in ConfigurationWalk.Texts(config).Where(value => !errors.Has(value.Path)))
        {
            ControlCharacterValidator.Validate(value, errors);
        }

        foreach (var value in ConfigurationWalk.Texts(config).Where(value => !errors.Has(value.Path)))
        {
            CheckText(value, config, options.LookForFiles, errors);
        }

        SceneValidator.Validate(config, errors);
        CameraSourceValidator.Validate(config, options.LookForFiles, errors); // after the check for credentials, because its errors show parts of an address
        PageConfigValidator.Validate(config, options.LookForFiles, errors);
        BrokerConfigValidator.Validate(config, options.LookForFiles, errors); // last, because it opens files that exist
        if (options.IsToRun && config.Cameras.IsEmpty && !errors.Any)
        {
            errors.Add("$.cameras", "no camera is configured", "Add one, see docs/configuration.md");
        }
    }

    private static void CheckText(ConfigurationText value, EdgePoseConfig config, bool lookForFiles, ConfigurationErrors errors)
    {
        switch (value.Kind)
        {
            case null or SettingText.Pipeline or SettingText.Manifest: // PlanCheck reads manifests
                break;
            case SettingText.Address:
                AddressValidator.Validate(value, errors);
                break;
            case TextKind.Identifier:
                IdentifierValidator.Validate(value.Text, value.Path, errors);
                break;
            case TextKind.File or TextKind.SecretFile:
                if (lookForFiles)
                {
                    ReferencedFileValidator.Validate(value, config, errors);
                }

                break;
            default:
                throw new InvalidOperationException($"{value.Path}: no check knows texts of the kind '{value.Kind}'.");
        }
    }
}
