using System.Runtime.InteropServices;
using EdgePose.Cameras.Decoder;

namespace EdgePose.Fault.Tests.Cameras;

/// <summary>A decoder child that cannot be killed, as one that has become another user's.</summary>
public sealed partial class UnkillableChildTests
{
    private const uint AnotherUser = 65534;

    [Fact]
    public void A_child_that_may_not_be_killed_is_told_of_and_throws_at_nobody()
    {
        if (!Environment.IsPrivilegedProcess || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
        {
            Assert.Skip("one thread becomes another user than the child: needs root, on x64 or arm64");
        }

        var told = new List<string>();
        using var child = DecoderProcess.Prepare(ScriptedChild.Of("exec sleep 60"), told.Add);
        Exception? thrown = null;
        var thread = new Thread(() =>
        {
            BecomeAnotherUser();
            thrown = Record.Exception(child.Kill);
        });
        thread.Start();
        thread.Join();
        Assert.Null(thrown);
        Assert.Contains($"process {child.Id} could not be killed", Assert.Single(told), StringComparison.Ordinal);
        Assert.True(child.IsAlive);
    }

    [Fact]
    public async Task A_child_that_has_ended_or_is_killed_twice_throws_at_nobody()
    {
        var told = new List<string>();
        using var ended = DecoderProcess.Prepare(ScriptedChild.Of("exit 0"), told.Add);
        using var twice = DecoderProcess.Prepare(ScriptedChild.Of("exec sleep 60"), told.Add);
        Assert.True(await Recorder.Until(() => !ended.IsAlive));
        ended.Kill();
        twice.Kill();
        twice.Kill();
        Assert.True(await Recorder.Until(() => !twice.IsAlive));
        twice.Kill();
        Assert.Empty(told);
    }

    // The system call itself: glibc's setresuid does it to every thread.
    private static void BecomeAnotherUser()
    {
        var call = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 117 : 147;
        Assert.Equal(0, SystemCall(call, AnotherUser, AnotherUser, AnotherUser));
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nuint first, nuint second, nuint third);
}
