using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgePose.Cameras.Supervision;

/// <summary>A child's memory and waits for a processor, as Linux reports them. Read many times a second, so without allocation.</summary>
/// <remarks>Source: proc(5); /proc/PID/schedstat holds nanoseconds on a processor, nanoseconds of waiting for one, and time slices, of the main thread.</remarks>
internal sealed partial class ChildVitals : IChildVitals, IDisposable
{
    private const nuint BytesUnread = 0x541B; // FIONREAD, asm-generic/ioctls.h

    private readonly SafeFileHandle? schedule;
    private readonly SafeFileHandle? memory;
    private readonly string stat;
    private readonly string tasks;
    private readonly SafeHandle? output;
    private Dictionary<string, long> marked = [];

    /// <summary>Opens the child's entries. A kernel that keeps no such figures, and a child that has ended, give zeros.</summary>
    /// <param name="processId">The child.</param>
    /// <param name="output">Our end of the pipe that it writes to.</param>
    public ChildVitals(int processId, SafeHandle? output)
    {
        this.output = output;
        var folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/");
        (schedule, memory, stat, tasks) = (TryOpen(folder + "schedstat"), TryOpen(folder + "statm"), folder + "stat", folder + "task");
    }

    /// <inheritdoc/>
    public TimeSpan WaitedForProcessor => TimeSpan.FromTicks(Number(schedule, 1) / 100);

    /// <inheritdoc/>
    public long ResidentBytes => Number(memory, 1) * Environment.SystemPageSize;

    /// <inheritdoc/>
    public bool HasUnread => output is { IsClosed: false } && Control((int)output.DangerousGetHandle(), BytesUnread, out var bytes) == 0 && bytes > 0;

    /// <inheritdoc/>
    public bool IsHeldByKernel // allocates; read only for a suspected child
    {
        get
        {
            try
            {
                var text = File.ReadAllText(stat);
                return text.LastIndexOf(')') is > 0 and var name && text.AsSpan(name).StartsWith(") D", StringComparison.Ordinal);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return false; // it has ended
            }
        }
    }

    /// <inheritdoc/>
    public void MarkThreads() => marked = ThreadWaits();

    /// <inheritdoc/>
    public TimeSpan LongestThreadWait => // allocates, too
        TimeSpan.FromTicks(ThreadWaits().Select(thread => thread.Value - marked.GetValueOrDefault(thread.Key)).DefaultIfEmpty().Max() / 100);

    /// <inheritdoc/>
    public void Dispose()
    {
        schedule?.Dispose();
        memory?.Dispose();
    }

    private static SafeFileHandle? TryOpen(string path)
    {
        try
        {
            return File.OpenHandle(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>How long each thread has waited, in nanoseconds.</summary>
    private Dictionary<string, long> ThreadWaits()
    {
        var waits = new Dictionary<string, long>(StringComparer.Ordinal);
        try
        {
            foreach (var thread in Directory.EnumerateDirectories(tasks))
            {
                using var file = TryOpen(Path.Combine(thread, "schedstat"));
                waits[thread] = Number(file, 1);
            }
        }
        catch (IOException)
        {
            // it has ended
        }

        return waits;
    }

    /// <summary>The number at a place, from 0, of a line of numbers; 0 where there is none.</summary>
    private static long Number(SafeFileHandle? file, int place)
    {
        Span<byte> line = stackalloc byte[128];
        try
        {
            if (file is null || file.IsClosed)
            {
                return 0;
            }

            line = line[..RandomAccess.Read(file, line, 0)];
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return 0; // ESRCH: it has ended
        }

        foreach (var range in line.Split((byte)' '))
        {
            if (place-- == 0)
            {
                return long.TryParse(line[range], NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) ? number : 0;
            }
        }

        return 0;
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int descriptor, nuint request, out int bytes);
}
