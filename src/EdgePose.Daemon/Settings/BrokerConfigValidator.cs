using System.Security.Cryptography;
using EdgePose.Configuration.Reading;
using EdgePose.Delivery.Broker;

namespace EdgePose.Daemon.Settings;

/// <summary>What the broker's section must keep to: an address that can be dialled, and certificates that are some, in pairs, and only where they are used.</summary>
internal static class BrokerConfigValidator
{
    private const string Forms = "Write mqtt://host:port, mqtts://host:port for TLS, ws://host:port/path or wss://host:port/path for WebSocket";

    /// <summary>Adds what is wrong with the broker's section of <paramref name="config"/>.</summary>
    public static void Validate(EdgePoseConfig config, bool lookForFiles, ConfigurationErrors errors)
    {
        const string path = "$.mqtt";
        var mqtt = config.Mqtt;
        var encrypted = ValidateAddress(mqtt.Address, $"{path}.address", errors);
        if (mqtt.PasswordFile is not null && mqtt.Username is null)
        {
            errors.Add($"{path}.passwordFile", "there is a password but no user", "Write the user as \"username\"");
        }

        foreach (var (key, file) in new[] { ("caFile", mqtt.CaFile), ("certificateFile", mqtt.CertificateFile), ("keyFile", mqtt.KeyFile) })
        {
            if (file is not null && encrypted == false)
            {
                errors.Add($"{path}.{key}", "the address is one without TLS, so the file would not be used", "Write mqtts:// or wss:// in the address, or leave the key out");
            }
        }

        if (mqtt.Alpn is not null && encrypted is not null && !mqtt.Address.StartsWith("mqtts:", StringComparison.OrdinalIgnoreCase))
        {
            errors.Add($"{path}.alpn", "the address is not mqtts://, so the name would not be used", "Write mqtts:// in the address, or leave the key out");
        }

        if (mqtt.ClientId is { } id && id.Replace(ClientIds.Site, "", StringComparison.Ordinal).Replace(ClientIds.Device, "", StringComparison.Ordinal).AsSpan().ContainsAny('{', '}'))
        {
            errors.Add($"{path}.clientId", "the id has a part in braces that stands for nothing", $"Write {ClientIds.Site} or {ClientIds.Device}, or no braces");
        }

        CertificatePairValidator.Validate(config, path, mqtt.CertificateFile, mqtt.KeyFile, "mutual TLS", lookForFiles, errors);
        if (lookForFiles)
        {
            ValidateAuthorities(config, $"{path}.caFile", errors);
        }
    }

    /// <summary>Whether the connection is encrypted; null when the address is wrong.</summary>
    private static bool? ValidateAddress(string address, string path, ConfigurationErrors errors)
    {
        if (errors.Has(path))
        {
            return null;
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("mqtt" or "mqtts" or "ws" or "wss") || uri.Host.Length == 0)
        {
            errors.Add(path, "this is not the address of a broker", Forms);
            return null;
        }

        if (uri.Scheme is "mqtt" or "mqtts" && (uri.AbsolutePath.Length > 1 || uri.Query.Length > 0))
        {
            errors.Add(path, "an address of mqtt:// or mqtts:// has no path", Forms);
            return null;
        }

        return uri.Scheme is "mqtts" or "wss";
    }

    private static void ValidateAuthorities(EdgePoseConfig config, string path, ConfigurationErrors errors)
    {
        if (config.Mqtt.CaFile is not { } file || errors.Has(path))
        {
            return;
        }

        try
        {
            _ = BrokerTrust.Authorities(config.Resolve(file));
        }
        catch (CryptographicException)
        {
            errors.Add(path, "the file holds no certificate in PEM form", "Name the certificate of the authority that signed the broker's, beginning with -----BEGIN CERTIFICATE-----");
        }
    }
}
