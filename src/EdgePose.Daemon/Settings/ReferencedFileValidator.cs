using EdgePose.Configuration.Reading;

namespace EdgePose.Daemon.Settings;

/// <summary>Files that a configuration names exist and can be read. Only their owner can read those with secrets.</summary>
internal static class ReferencedFileValidator
{
    /// <summary>Adds the errors of the file that <paramref name="value"/> names.</summary>
    public static void Validate(ConfigurationText value, EdgePoseConfig config, ConfigurationErrors errors)
    {
        var isSecret = value.Kind == TextKind.SecretFile;
        try
        {
            var path = config.Resolve(value.Text);
            var credential = CredentialReference.NameIn(value.Text);
            if (credential is not null && !File.Exists(path))
            {
                errors.Add(value.Path, $"there is no credential {credential}", $"Let systemd load it (LoadCredential={credential}:FILE), or write it to {CredentialReference.Folder}/{credential} beside the configuration, with mode 0600");
                return;
            }

            if (!File.Exists(path))
            {
                // The text can be the secret itself, written there by mistake.
                var (name, remedy) = isSecret ? ("of that name", "Write the secret into a file of mode 0600, and here its path") : (value.Text, "Make it, or correct the path");
                errors.Add(value.Path, $"there is no file {name}", $"{remedy}, which is relative to the configuration file");
                return;
            }

            if (!OperatingSystem.IsWindows() && isSecret && !SecretFile.IsGuarded(path))
            {
                errors.Add(value.Path, "other users may read or write the file", $"Run: chmod 600 {(credential is null ? value.Text : path)}; or mount it read-only, as containers do (docs/install.md, Secrets)");
                return;
            }

            if (ConfigurationFile.IsNoFile(path))
            {
                errors.Add(value.Path, "this is a pipe, a socket or a device", "Name a file");
                return;
            }

            if (ConfigurationFile.ReadAll(path, 1).Length == 0)
            {
                errors.Add(value.Path, "the file is empty", "Write its content");
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            errors.Add(value.Path, "the file cannot be read by this user", "Give it to the daemon's user, with mode 0600");
        }
    }
}
