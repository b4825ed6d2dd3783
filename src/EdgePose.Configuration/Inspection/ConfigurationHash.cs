using System.Security.Cryptography;
using System.Text;
using EdgePose.Daemon.Settings;

namespace EdgePose.Configuration.Inspection;

/// <summary>Tells whether two daemons run the same configuration.</summary>
public static class ConfigurationHash
{
    /// <summary>SHA-256, in small hex, of the effective configuration as canonical JSON: comments, order and spelled-out defaults make no difference.
    /// What is hidden there does not count: the hash is published, and a password in an address could be tried against it.</summary>
    public static string Of(EdgePoseConfig config) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(EffectiveConfiguration.ToJson(config))));
}
