using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using EdgePose.Configuration.Reading;

namespace EdgePose.Daemon.Settings;

/// <summary>Whether a file with a secret is kept as it should be.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class SecretFile
{
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode OthersRead = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>As Docker mounts secrets.</summary>
    private const UnixFileMode DockerMode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>As Kubernetes mounts them for a pod with a group (fsGroup), and systemd its credentials.</summary>
    private const UnixFileMode KubernetesMode = UnixFileMode.UserRead | UnixFileMode.GroupRead;

    private const int StatBytes = 256; // more than struct statvfs of any Linux
    private const int FlagsOffset = 72; // statvfs(3) on 64 bits: nine members of eight bytes before f_flag, with glibc and musl
    private const ulong ReadOnlyFlag = 1; // ST_RDONLY

    /// <summary>
    /// Whether only its owner can read the file, or it is as orchestrators mount secrets, where nobody can change the mode: mode 0444 or 0440, one of systemd's credentials, or any file that
    /// others cannot write on a read-only mount.
    /// </summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static bool IsGuarded(string path)
    {
        var mode = File.GetUnixFileMode(path); // of the file that a link leads to
        return (mode & (OthersRead | OthersWrite)) == 0 || mode is DockerMode or KubernetesMode || IsSystemdCredential(path) || ((mode & OthersWrite) == 0 && IsOnReadOnlyMount(path));
    }

    /// <summary>systemd's credentials have a group bit that an access list restricts (systemd.exec, LoadCredential): only this user can read them.</summary>
    private static bool IsSystemdCredential(string path) =>
        CredentialReference.SystemdFolder is { } folder && path.StartsWith(folder + "/", StringComparison.Ordinal);

    private static bool IsOnReadOnlyMount(string path)
    {
        var state = new byte[StatBytes];
        return StatMount(path, state) == 0 && (BitConverter.ToUInt64(state, FlagsOffset) & ReadOnlyFlag) != 0;
    }

    [LibraryImport("libc", EntryPoint = "statvfs", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatMount(string path, [Out] byte[] state);
}
