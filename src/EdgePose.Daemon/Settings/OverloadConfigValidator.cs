using EdgePose.Configuration.Reading;

namespace EdgePose.Daemon.Settings;

/// <summary>What an <see cref="OverloadConfig"/> must keep to beyond the range of each value.</summary>
internal static class OverloadConfigValidator
{
    /// <summary>Adds what is wrong with <paramref name="config"/>, which stands at <paramref name="path"/>.</summary>
    public static void Validate(OverloadConfig config, string path, ConfigurationErrors errors)
    {
        if (config.Steps.Distinct().Count() != config.Steps.Length)
        {
            errors.Add($"{path}.steps", "a step is named twice", "Name each at most once");
        }

        if (config.Steps.Contains(OverloadStep.ShallowerExit) && string.IsNullOrWhiteSpace(config.ShallowerManifest))
        {
            errors.Add($"{path}.steps", "shallowerExit needs a network to run", "Name its manifest in overload.shallowerManifest, or leave the step out");
        }
    }
}
