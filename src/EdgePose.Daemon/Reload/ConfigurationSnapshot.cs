using EdgePose.Configuration.Layers;

namespace EdgePose.Daemon.Reload;

/// <summary>A configuration as it lay there at one moment: no file of it changed while it was read.</summary>
/// <param name="Result">The configuration, or its errors.</param>
/// <param name="Fingerprint">Tells it from what lies there later.</param>
public sealed record ConfigurationSnapshot(ConfigurationResult Result, string Fingerprint)
{
    /// <summary>Files that change all the time are no reason never to look.</summary>
    private const int Attempts = 5;

    /// <summary>Reads it; again, when something changed meanwhile: half a release of one revision and half of the next is neither.</summary>
    /// <param name="path">A file or a folder.</param>
    public static ConfigurationSnapshot Take(string path)
    {
        var options = LoadOptions.OfThisMachine() with { NeedsCamera = true };
        var result = ConfigurationLoader.Load(path, options);
        var before = ConfigurationFingerprint.Of(path, result);
        for (var attempt = 1; ; attempt++)
        {
            result = ConfigurationLoader.Load(path, options);
            var after = ConfigurationFingerprint.Of(path, result);
            if (after == before || attempt == Attempts)
            {
                return new ConfigurationSnapshot(result, after);
            }

            before = after;
        }
    }
}
