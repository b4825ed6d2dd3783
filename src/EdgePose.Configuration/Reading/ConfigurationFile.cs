using System.Runtime.InteropServices;
using EdgePose.Configuration.Layers;

namespace EdgePose.Configuration.Reading;

/// <summary>A configuration file as the system has it: its bytes, whatever lies there, and its owner.</summary>
public static partial class ConfigurationFile
{
    // statx(2), linux/stat.h: struct statx is the same on every architecture; stx_mode is the 16 bits at byte 28. S_IFMT and its kinds: inode(7).
    private const int StatBytes = 256;
    private const int ModeOffset = 28;
    private const int KindMask = 0xF000;
    private const int Regular = 0x8000;
    private const int Folder = 0x4000;
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint TypeOnly = 1; // STATX_TYPE
    private const uint OwnerOnly = 0x18; // STATX_UID | STATX_GID
    private const int UserOffset = 20;
    private const int GroupOffset = 24;

    /// <summary>The bytes of <paramref name="path"/>, or null and an error; one byte more than <see cref="ConfigurationLoader.MaxBytes"/> of a file that is too long.</summary>
    internal static byte[]? Read(string path, ConfigurationErrors errors)
    {
        try
        {
            if (IsNoFile(path))
            {
                errors.Add("$", "this is a pipe, a socket or a device", "Name a file");
                return null;
            }

            return ReadAll(path, ConfigurationLoader.MaxBytes + 1);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            errors.Add("$", "there is no such file", "Name the configuration file, or make one from config/edgepose.json");
        }
        catch (UnauthorizedAccessException) when (Directory.Exists(path))
        {
            errors.Add("$", "this is a folder", "Name the file in it");
        }
        catch (UnauthorizedAccessException)
        {
            errors.Add("$", "the file may not be read by this user", "Give the daemon's user the right to read it");
        }
        catch (Exception fault) when (fault is IOException or ArgumentException or NotSupportedException)
        {
            errors.Add("$", $"the file cannot be read: {fault.Message.TrimEnd('.')}", "Name a file that can be read");
        }

        return null;
    }

    /// <summary>Whether there is something at <paramref name="path"/> that is neither a file nor a folder: to open or read it could wait for ever (a pipe into which nobody writes, a terminal).</summary>
    internal static bool IsNoFile(string path)
    {
        if (!OperatingSystem.IsLinux() || path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            return false;
        }

        var stat = new byte[StatBytes];
        return Stat(CurrentFolder, path, 0, TypeOnly, stat) == 0 && (BitConverter.ToUInt16(stat, ModeOffset) & KindMask) is not (Regular or Folder);
    }

    /// <summary>At most <paramref name="limit"/> bytes; a file that has no length (/dev/zero) is cut there too. Takes no lock, so that none can keep it out.</summary>
    internal static byte[] ReadAll(string path, int limit)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var bytes = new byte[stream.CanSeek && stream.Length > 0 && stream.Length < limit ? (int)stream.Length + 1 : limit];
        var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes[..count];
    }

    /// <summary>
    /// Gives <paramref name="to"/> the owner, the group and the mode of <paramref name="from"/>, whose place it is about to take: a file written by root would be root's, and the daemon could not read it.
    /// </summary>
    /// <exception cref="UnauthorizedAccessException">This user may not give files away.</exception>
    public static void GiveTo(string to, string from)
    {
        if (OperatingSystem.IsLinux() && OwnerOf(from) is var (user, group) && OwnerOf(to) != (user, group) && ChangeOwner(to, user, group) != 0)
        {
            throw new UnauthorizedAccessException($"its owner and group, {user}:{group}, cannot be kept: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(to, File.GetUnixFileMode(from)); // after the owner, whose change takes mode bits away
        }
    }

    private static (uint User, uint Group)? OwnerOf(string path)
    {
        var stat = new byte[StatBytes];
        return Stat(CurrentFolder, path, 0, OwnerOnly, stat) == 0 ? (BitConverter.ToUInt32(stat, UserOffset), BitConverter.ToUInt32(stat, GroupOffset)) : null;
    }

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int folder, string path, int flags, uint mask, [Out] byte[] stat);
}
