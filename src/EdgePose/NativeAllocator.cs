using System.Runtime.InteropServices;

namespace EdgePose.Cli;

/// <summary>Keeps the C library's allocator from making an arena for every thread.</summary>
/// <remarks>
/// glibc gives each new thread an arena of its own, up to eight a core, and pages that one thread freed are not used by another. Threads of .NET's pool come and go for as long as the
/// daemon runs, so its resident memory crept up by 8 MB an hour while the live memory stood still (`soak` in tests/EdgePose.Benchmarks). Two arenas end that; the hot path allocates
/// nothing, so nobody queues for them.
/// </remarks>
internal static partial class NativeAllocator
{
    private const int ArenaMax = -8; // M_ARENA_MAX in glibc's malloc.h
    private const int Arenas = 2;

    /// <summary>To be called before anything native is loaded. Does nothing where the C library has no such setting (musl), or the operator has set MALLOC_ARENA_MAX.</summary>
    public static void LimitArenas()
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("MALLOC_ARENA_MAX") is null
            && NativeLibrary.TryLoad("libc.so.6", out var libc) && NativeLibrary.TryGetExport(libc, "mallopt", out _))
        {
            _ = Mallopt(ArenaMax, Arenas); // 0 would mean that the setting is not known: then all stays as it was
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int Mallopt(int parameter, int value);
}
