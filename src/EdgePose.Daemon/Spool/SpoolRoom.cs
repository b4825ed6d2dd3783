namespace EdgePose.Daemon.Spool;

/// <summary>
/// Whether the file may grow, as far as the disk is concerned: only while enough is left that the write-ahead log can reach its full length and take one
/// transaction more. A log that cannot grow and cannot be moved into the file either would leave no way to remove anything.
/// </summary>
internal sealed class SpoolRoom(string path)
{
    /// <summary>The log at its longest: 64 pages, after which it is moved, and one transaction of 64 kB with as much again that it removes.</summary>
    private const long LogBytes = 512 * 1024;

    private const long GrowthBytes = 64 * 1024; // what one transaction adds to the file

    private readonly FileInfo log = new(path + "-wal");
    private readonly DriveInfo disk = new(Path.GetDirectoryName(path)!);

    /// <summary>Whether there is room now.</summary>
    public bool MayGrow()
    {
        log.Refresh();
        return disk.AvailableFreeSpace >= GrowthBytes + Math.Max(0, LogBytes - (log.Exists ? log.Length : 0));
    }
}
