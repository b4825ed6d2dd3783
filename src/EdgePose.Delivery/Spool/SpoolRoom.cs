namespace EdgePose.Delivery.Spool;

/// <summary>What the disk has left for the spool.</summary>
internal enum DiskRoom
{
    /// <summary>The file must not grow.</summary>
    None,

    /// <summary>It may grow, and others may fill the disk at any moment.</summary>
    Tight,

    /// <summary>It may grow.</summary>
    Plenty,
}

/// <summary>
/// Whether the file may grow, as far as the disk is concerned: only while enough is left that the write-ahead log can reach its full length and take one
/// transaction more. A log that cannot grow and cannot be moved into the file either would leave no way to remove anything.
/// </summary>
internal sealed class SpoolRoom(string path)
{
    /// <summary>The log at its longest: 64 pages, after which it is moved, and one transaction of 64 kB with as much again that it removes.</summary>
    private const long LogBytes = 512 * 1024;

    private const long GrowthBytes = 64 * 1024; // what one transaction adds to the file
    private const long TightBytes = 64 * 1024 * 1024; // what another program may write between two transactions

    private readonly FileInfo log = new(path + "-wal");
    private readonly DriveInfo disk = new(Path.GetDirectoryName(path)!);

    /// <summary>What there is now.</summary>
    public DiskRoom Look()
    {
        log.Refresh();
        var left = disk.AvailableFreeSpace;
        return left < GrowthBytes + Math.Max(0, LogBytes - (log.Exists ? log.Length : 0)) ? DiskRoom.None : left < TightBytes ? DiskRoom.Tight : DiskRoom.Plenty;
    }
}
