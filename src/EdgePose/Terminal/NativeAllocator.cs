using System.Runtime.InteropServices;

namespace EdgePose.Cli.Terminal;

/// <summary>Keeps the C library's allocator from holding on to memory that nobody uses.</summary>
/// <remarks>
/// glibc gives each new thread an arena of its own, up to eight a core, and keeps what was freed in it. The just-in-time compiler works on any free pool thread, and takes and frees about a
/// megabyte each time. So arena after arena kept one. Resident memory rose by 8 MB an hour while the live objects stayed the same (`soak` in tests/EdgePose.Benchmarks).
/// Fewer arenas, and free pages given back now and then, end that. The hot path allocates nothing, so nobody waits for either.
/// </remarks>
internal static partial class NativeAllocator
{
    private const string LibC = "libc.so.6";
    private const int ArenaMax = -8; // M_ARENA_MAX in glibc's malloc.h
    private const int Arenas = 2;
    private static readonly TimeSpan TrimInterval = TimeSpan.FromMinutes(5);

    /// <summary>To be called before anything native is loaded. Does nothing where the operator has set MALLOC_ARENA_MAX, or the C library has no such setting (musl).</summary>
    public static void LimitArenas()
    {
        if (Environment.GetEnvironmentVariable("MALLOC_ARENA_MAX") is null && Has("mallopt"))
        {
            _ = Mallopt(ArenaMax, Arenas); // 0 would mean that the setting is not known: then all stays as it was
        }
    }

    /// <summary>Gives free pages back to the system every five minutes, until it is disposed.</summary>
    /// <returns>Null where the C library cannot.</returns>
    public static IDisposable? TrimNowAndThen() => Has("malloc_trim") ? new Timer(_ => MallocTrim(0), null, TrimInterval, TrimInterval) : null;

    private static bool Has(string function) =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad(LibC, out var libc) && NativeLibrary.TryGetExport(libc, function, out _);

    [LibraryImport(LibC, EntryPoint = "mallopt")]
    private static partial int Mallopt(int parameter, int value);

    [LibraryImport(LibC, EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint keptBytes);
}
