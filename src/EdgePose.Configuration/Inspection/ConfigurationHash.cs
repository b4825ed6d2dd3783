using System.Security.Cryptography;
using System.Text;

namespace EdgePose.Configuration.Inspection;

/// <summary>The revision of a configuration: two devices with the same one run the same configuration.</summary>
public static class ConfigurationHash
{
    /// <summary>
    /// SHA-256, in lower-case hex, of the effective configuration as canonical JSON. Comments, order and written defaults do not change it.
    /// Hidden texts do not count: the hash is published, and passwords could be tried against it.
    /// </summary>
    public static string Of(object config) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(EffectiveConfiguration.ToJson(config))));
}
