using System.Globalization;

namespace EdgePose.Fault.Tests;

/// <summary>A control group of the kernel with a limit of memory, for a process and its children. Both versions of the interface.</summary>
internal sealed class MemoryGroup : IDisposable
{
    private const string First = "/sys/fs/cgroup/memory", Second = "/sys/fs/cgroup";
    private readonly string folder;
    private readonly bool isSecond;

    private MemoryGroup(string folder, bool isSecond) => (this.folder, this.isSecond) = (folder, isSecond);

    /// <summary>The file that a process writes its id into to be held to the limit.</summary>
    public string Processes => Path.Combine(folder, "cgroup.procs");

    /// <summary>The most memory that it had, in bytes, files in the page cache included.</summary>
    public long PeakBytes => Number(isSecond ? "memory.peak" : "memory.max_usage_in_bytes");

    /// <summary>Anonymous memory now, in bytes: what cannot be given back.</summary>
    public long AnonymousBytes => Field("memory.stat", isSecond ? "anon" : "total_rss");

    /// <summary>How many processes the kernel killed for lack of memory.</summary>
    public long Killed => Field(isSecond ? "memory.events" : "memory.oom_control", "oom_kill");

    /// <summary>Makes a group.</summary>
    /// <returns>Null, with the reason, where that is not allowed.</returns>
    public static MemoryGroup? TryMake(long limitBytes, out string reason)
    {
        var isSecond = File.Exists(Path.Combine(Second, "cgroup.controllers"));
        var folder = Path.Combine(isSecond ? Second : First, $"edgepose-test-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, isSecond ? "memory.max" : "memory.limit_in_bytes"), limitBytes.ToString(CultureInfo.InvariantCulture));
            reason = string.Empty;
            return new MemoryGroup(folder, isSecond);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            reason = $"no control group with a limit of memory can be made here: {exception.Message}";
            return null;
        }
    }

    public void Dispose()
    {
        for (var attempt = 0; Directory.Exists(folder); attempt++)
        {
            try
            {
                Directory.Delete(folder); // the kernel's files in it go with it
            }
            catch (IOException) when (attempt < 100)
            {
                Thread.Sleep(50); // its last process is just ending
            }
        }
    }

    private long Number(string file) => long.Parse(File.ReadAllText(Path.Combine(folder, file)), CultureInfo.InvariantCulture);

    private long Field(string file, string name) =>
        File.ReadLines(Path.Combine(folder, file)).Select(line => line.Split(' ')).Where(parts => parts[0] == name).Select(parts => long.Parse(parts[1], CultureInfo.InvariantCulture)).Single();
}
