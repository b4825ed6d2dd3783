using System.Runtime.InteropServices;

namespace EdgePose.Configuration.Reading;

/// <summary>Files as the system has them: their bytes, their kind, their owner, and what tells a changed file from an unchanged one.</summary>
public static partial class ConfigurationFile
{
    /// <summary>A larger file is no configuration: a thousand items need a fifth of it.</summary>
    public const int MaxBytes = 1024 * 1024;

    // statx(2), linux/stat.h: struct statx is the same on every architecture. S_IFMT and its kinds: inode(7).
    private const int StatBytes = 256;
    private const int UserOffset = 20;
    private const int GroupOffset = 24;
    private const int ModeOffset = 28;
    private const int KindMask = 0xF000;
    private const int Regular = 0x8000;
    private const int Folder = 0x4000;
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int ForceSync = 0x2000; // AT_STATX_FORCE_SYNC: a network share asks its server
    private const uint TypeOnly = 1; // STATX_TYPE
    private const uint OwnerOnly = 0x18; // STATX_UID | STATX_GID
    private const uint BasicStats = 0x7ff; // STATX_BASIC_STATS

    /// <summary>Tells a changed file from an unchanged one without reading it. A replaced file has another inode, one of another mount another device.</summary>
    /// <param name="Device">The device, major and minor.</param>
    /// <param name="Inode">The inode.</param>
    /// <param name="Mode">Kind and rights.</param>
    /// <param name="Bytes">The size.</param>
    /// <param name="Modified">Time of the last change of the content: seconds and nanoseconds.</param>
    /// <param name="Changed">Time of the last change of content or inode. No program can set it.</param>
    public readonly record struct Stamp((uint, uint) Device, ulong Inode, ushort Mode, ulong Bytes, (long, uint) Modified, (long, uint) Changed);

    /// <summary>The stamp of the file that <paramref name="path"/> leads to; null when there is none, and where the system has no statx.</summary>
    public static Stamp? StampOf(string path)
    {
        if (StatOf(path, ForceSync, BasicStats) is not { } stat)
        {
            return null;
        }

        (long, uint) Time(int at) => (BitConverter.ToInt64(stat, at), BitConverter.ToUInt32(stat, at + sizeof(long)));
        return new Stamp(
            (BitConverter.ToUInt32(stat, 136), BitConverter.ToUInt32(stat, 140)), BitConverter.ToUInt64(stat, 32), BitConverter.ToUInt16(stat, ModeOffset), BitConverter.ToUInt64(stat, 40),
            Time(112), Time(96));
    }

    /// <summary>The bytes of <paramref name="path"/>, or null and an error. Of a file that is too long it is one byte more than <see cref="MaxBytes"/>.</summary>
    public static byte[]? Read(string path, ConfigurationErrors errors)
    {
        try
        {
            if (IsNoFile(path))
            {
                errors.Add("$", "this is a pipe, a socket or a device", "Name a file");
                return null;
            }

            return ReadAll(path, MaxBytes + 1);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            errors.Add("$", "there is no such file", "Name the configuration file, or make one from an example");
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

    /// <summary>Whether <paramref name="path"/> leads to a pipe, a socket or a device. Opening or reading one can block without end.</summary>
    public static bool IsNoFile(string path) => StatOf(path, 0, TypeOnly) is { } stat && (BitConverter.ToUInt16(stat, ModeOffset) & KindMask) is not (Regular or Folder);

    /// <summary>Reads at most <paramref name="limit"/> bytes, also of a file without a length (/dev/zero). It ignores locks.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static byte[] ReadAll(string path, int limit)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var bytes = new byte[stream.CanSeek && stream.Length > 0 && stream.Length < limit ? (int)stream.Length + 1 : limit];
        var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes[..count];
    }

    /// <summary>Gives <paramref name="to"/> the owner, group and mode of <paramref name="from"/>, which it will replace. Otherwise a file that root writes is root's.</summary>
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

    private static (uint User, uint Group)? OwnerOf(string path) =>
        StatOf(path, 0, OwnerOnly) is { } stat ? (BitConverter.ToUInt32(stat, UserOffset), BitConverter.ToUInt32(stat, GroupOffset)) : null;

    private static byte[]? StatOf(string path, int flags, uint mask)
    {
        var stat = new byte[StatBytes];
        return OperatingSystem.IsLinux() && path.Length > 0 && !path.Contains('\0', StringComparison.Ordinal) && Stat(CurrentFolder, path, flags, mask, stat) == 0 ? stat : null;
    }

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int folder, string path, int flags, uint mask, [Out] byte[] stat);
}
