using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Settings;

namespace EdgePose.Daemon.Reload;

/// <summary>A configuration of one moment: no file of it changed while it was read.</summary>
/// <param name="Result">The configuration, or its errors.</param>
/// <param name="Fingerprint">Changes with the files, see <see cref="ConfigurationFingerprint"/>.</param>
public sealed record ConfigurationSnapshot(ConfigurationResult<EdgePoseConfig> Result, string Fingerprint)
{
    /// <summary>Bounds the reads of files that never stop changing.</summary>
    private const int Attempts = 5;

    /// <summary>Reads the configuration, again when a file changed meanwhile: a mix of two revisions is neither.</summary>
    /// <param name="path">A file or a folder.</param>
    public static ConfigurationSnapshot Take(string path)
    {
        var options = LoadOptions.OfThisMachine() with { IsToRun = true };
        var fingerprint = new ConfigurationFingerprint(TimeProvider.System);
        var result = EdgePoseConfiguration.Model.Load(path, options);
        var before = fingerprint.Of(path, result);
        for (var attempt = 1; ; attempt++)
        {
            result = EdgePoseConfiguration.Model.Load(path, options);
            var after = fingerprint.Of(path, result);
            if (after == before || attempt == Attempts)
            {
                return new ConfigurationSnapshot(result, after);
            }

            before = after;
        }
    }
}
