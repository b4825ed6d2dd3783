using EdgePose.Configuration.Reading;

namespace EdgePose.Daemon.Settings;

/// <summary>What a <see cref="NetworkConfig"/> must keep to beyond the range of each value.</summary>
internal static class NetworkConfigValidator
{
    /// <summary>The stride of OpenPose's networks: a cell of their maps is 8 by 8 pixels of the input (Cao et al. 2017: three poolings).</summary>
    private const int StridePx = 8;

    /// <summary>Adds what is wrong with <paramref name="config"/>, which stands at <paramref name="path"/>.</summary>
    public static void Validate(NetworkConfig config, string path, ConfigurationErrors errors)
    {
        ValidateSize(config.InputWidthPx, $"{path}.inputWidthPx", errors);
        ValidateSize(config.InputHeightPx, $"{path}.inputHeightPx", errors);
        if (config.Providers.Distinct().Count() != config.Providers.Length)
        {
            errors.Add($"{path}.providers", "a provider is named twice", "Name each at most once");
        }
    }

    private static void ValidateSize(int sizePx, string path, ConfigurationErrors errors)
    {
        if (sizePx % StridePx != 0)
        {
            var below = sizePx / StridePx * StridePx;
            errors.Add(path, $"{sizePx} is not a multiple of {StridePx}", $"Write {below} or {below + StridePx}");
        }
    }
}
