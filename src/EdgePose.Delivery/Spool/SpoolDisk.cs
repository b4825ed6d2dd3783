using Microsoft.Win32.SafeHandles;

namespace EdgePose.Delivery.Spool;

/// <summary>There is no room: by the spool's limit (<see cref="DropCause.Full"/>) or on the disk (<see cref="DropCause.DiskFull"/>).</summary>
internal sealed class SpoolFullException(DropCause cause) : IOException(cause == DropCause.Full ? "the spool has reached its limit" : "no space left on the device")
{
    public DropCause Cause => cause;
}

/// <summary>What the log asks of the disk. Tests use one that hangs, refuses or stops.</summary>
internal class SpoolDisk
{
    /// <summary>Makes a file that only this user can read, which begins with some bytes, with this much room set aside.</summary>
    public virtual SafeFileHandle Create(string path, byte[] begin, long room)
    {
        File.Delete(path); // one that is not complete
        SafeFileHandle? file = null;
        try
        {
            // Linux: fallocate with FALLOC_FL_KEEP_SIZE. A full disk is noticed here, and not in the middle of a write.
            file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.None, room);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            Write(file, begin, 0, syncs: false);
            return file;
        }
        catch (IOException fault)
        {
            file?.Dispose();
            throw IsFull(fault) ? new SpoolFullException(DropCause.DiskFull) : fault;
        }
    }

    /// <summary>Writes all bytes at an offset, and waits until the disk has them when asked to.</summary>
    public virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset, bool syncs)
    {
        try
        {
            RandomAccess.Write(file, bytes, offset);
            if (syncs)
            {
                RandomAccess.FlushToDisk(file);
            }
        }
        catch (IOException fault) when (IsFull(fault))
        {
            throw new SpoolFullException(DropCause.DiskFull);
        }
    }

    /// <summary>Reads a file from an offset on into the buffer.</summary>
    public virtual ReadOnlySpan<byte> Read(string path, Span<byte> buffer, long offset)
    {
        using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        var filled = 0;
        for (var read = 1; filled < buffer.Length && read > 0; filled += read)
        {
            read = RandomAccess.Read(file, buffer[filled..], offset + filled);
        }

        return buffer[..filled];
    }

    /// <summary>ENOSPC and EDQUOT of Linux, which .NET gives as the exception's HResult, and COR_E_IO, which it gives when room cannot be set aside.</summary>
    private static bool IsFull(IOException fault) => fault.HResult is 28 or 122 or unchecked((int)0x80131620) && fault.GetType() == typeof(IOException);
}
