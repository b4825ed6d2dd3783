using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Sources;

namespace EdgePose.Fault.Tests.Cameras;

/// <summary>What must not grow with time. They count for the whole process, so they run alone.</summary>
[Collection(nameof(SteadyStateTests))]
[CollectionDefinition(nameof(SteadyStateTests), DisableParallelization = true)]
public sealed class SteadyStateTests
{
    [Fact]
    public void A_hundred_restarts_leave_no_file_descriptor_open()
    {
        var before = Descriptors();
        for (var life = 0; life < 100; life++)
        {
            using var child = DecoderProcess.Start(ScriptedChild.Of("exit 1"), new DecoderSettings { Camera = new() { Id = "a", Address = "unused" } }, _ => { });
            Assert.False(child.TryRead(out _));
        }

        Assert.InRange(Descriptors(), 0, before + 20);
    }

    [Fact]
    public void A_frames_way_into_the_mailbox_allocates_nothing()
    {
        // The whole process is counted, from the 500th frame on: supervisor, reader, pool and mailbox.
        using var rig = new CameraRig(
            new CameraConfig { Id = "test", Address = "unused", Pace = SourcePace.AsFastAsPossible },
            command: ScriptedChild.Of($"i=0; while [ $i -lt 2000 ]; do printf '{ScriptedChild.OneFrame}'; i=$((i+1)); done; sleep 30"));
        // The pool's frames are made beforehand: how many are outside at once, three at most, is the scheduler's affair.
        var frames = Enumerable.Range(0, 3).Select(_ => rig.Pool.Rent(16)).ToList();
        frames.ForEach(frame => frame.Release());
        long Taken(int until)
        {
            var taken = 0;
            while (taken < until)
            {
                if (rig.Feed.Mailbox.TryTake() is { } frame)
                {
                    frame.Release();
                    taken++;
                }
                else
                {
                    rig.Signal.Wait(TimeSpan.FromMilliseconds(100));
                }
            }

            return GC.GetTotalAllocatedBytes(precise: true);
        }

        var before = Taken(500);
        var start = TimeProvider.System.GetTimestamp();
        var after = Taken(1400);
        var ticks = 4096 * (1 + TimeProvider.System.GetElapsedTime(start).TotalSeconds); // the watch's timer ticks on, however long it takes
        Assert.InRange(after - before - ticks, double.MinValue, 8 * 900); // a frame's own share is nothing
    }

    private static int Descriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}
