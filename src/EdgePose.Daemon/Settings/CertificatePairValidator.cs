using System.Security.Cryptography;
using EdgePose.Configuration.Reading;
using EdgePose.Delivery.Broker;

namespace EdgePose.Daemon.Settings;

/// <summary>Checks the keys certificateFile and keyFile of a section: both or neither, and a pair that TLS can use.</summary>
internal static class CertificatePairValidator
{
    /// <summary>Adds what is wrong with a pair.</summary>
    /// <param name="config">Resolves the files.</param>
    /// <param name="section">Path of the section.</param>
    /// <param name="certificate">The section's certificateFile.</param>
    /// <param name="key">The section's keyFile.</param>
    /// <param name="use">What the pair is for, in words.</param>
    /// <param name="lookForFiles">Whether the files are opened.</param>
    /// <param name="errors">Receives the errors.</param>
    public static void Validate(EdgePoseConfig config, string section, string? certificate, string? key, string use, bool lookForFiles, ConfigurationErrors errors)
    {
        if (certificate is null != key is null)
        {
            errors.Add(
                certificate is null ? $"{section}.keyFile" : $"{section}.certificateFile",
                certificate is null ? "there is a key but no certificate" : "there is a certificate but no key",
                $"Write both certificateFile and keyFile for {use}, or neither");
            return;
        }

        if (!lookForFiles || certificate is null || key is null || errors.Has($"{section}.certificateFile") || errors.Has($"{section}.keyFile"))
        {
            return;
        }

        try
        {
            DeviceCertificate.Load(config.Resolve(certificate), config.Resolve(key)).Dispose();
        }
        catch (CryptographicException fault)
        {
            errors.Add(
                $"{section}.certificateFile", $"certificate and key cannot be used ({fault.Message.TrimEnd('.')})",
                "Name a certificate and its own private key without a passphrase, both in PEM form");
        }
    }
}
