namespace EdgePose.Daemon.Settings;

/// <summary>Client ids at the broker. Two clients with one id end each other's connection (MQTT 5, 3.1.4), so no two devices share one.</summary>
public static class ClientIds
{
    /// <summary>Stands for the site in a configured id.</summary>
    public const string Site = "{site}";

    /// <summary>Stands for the device in a configured id.</summary>
    public const string Device = "{device}";

    /// <summary>
    /// The id of a device: the configured one, else edgepose-SITE-DEVICE. A - in the site is doubled there, because the pairs a-b, c and a, b-c would share an id otherwise. No device's
    /// id begins with -, so the first odd run of - ends the site.
    /// </summary>
    public static string Of(EdgePoseConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var (site, device) = (config.Device.Site, config.Device.Id);
        return config.Mqtt.ClientId is { } configured
            ? configured.Replace(Site, site, StringComparison.Ordinal).Replace(Device, device, StringComparison.Ordinal)
            : $"edgepose-{site.Replace("-", "--", StringComparison.Ordinal)}-{device}";
    }
}
