using EdgePose.Configuration.Reading;
using EdgePose.Delivery.Broker;

namespace EdgePose.Daemon.Settings;

/// <summary>Checks the sections of the page and of metrics. Beyond loopback a page has a token and TLS.</summary>
internal static class PageConfigValidator
{
    /// <summary>A shorter token can be guessed: 16 characters of Base64 are 96 bits, beyond any search over a network.</summary>
    public const int LeastTokenLength = 16;

    private const string PagePath = "$.page";

    /// <summary>Adds the errors of both sections of <paramref name="config"/>.</summary>
    public static void Validate(EdgePoseConfig config, bool lookForFiles, ConfigurationErrors errors)
    {
        var page = config.Page;
        if (config.Metrics.OtlpAddress is { } collector && !errors.Has("$.metrics.otlpAddress")
            && (!Uri.TryCreate(collector, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0))
        {
            errors.Add("$.metrics.otlpAddress", "this is not the address of a collector", "Write http://host:4317, or https://host:4317 for TLS");
        }

        if (page.ParsedAddress is null)
        {
            errors.Add($"{PagePath}.address", "this is not an IP address", "Write 127.0.0.1 for this device alone, or 0.0.0.0 for every network");
            return;
        }

        CertificatePairValidator.Validate(config, PagePath, page.CertificateFile, page.KeyFile, "TLS", lookForFiles, errors);
        if (page is { Enabled: true, IsLoopback: false })
        {
            Need(page.TokenFile, "tokenFile", "Name a file of mode 0600 with a token of at least 16 characters, or listen on 127.0.0.1", errors);
            Need(page.CertificateFile ?? page.KeyFile, "certificateFile", "Name a certificate and its key (PEM), or listen on 127.0.0.1", errors);
        }

        if (lookForFiles && page.TokenFile is { } file && !errors.Has($"{PagePath}.tokenFile") && PasswordFile.Read(config.Resolve(file)).Length < LeastTokenLength)
        {
            errors.Add($"{PagePath}.tokenFile", $"the token is shorter than {LeastTokenLength} characters", "Make one by: openssl rand -base64 24");
        }
    }

    private static void Need(string? value, string key, string remedy, ConfigurationErrors errors)
    {
        if (value is null && !errors.Has($"{PagePath}.{key}"))
        {
            errors.Add($"{PagePath}.address", $"other devices reach this address, and there is no {key}", remedy);
        }
    }
}
