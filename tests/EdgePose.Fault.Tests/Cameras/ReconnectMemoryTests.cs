using EdgePose.Cameras.Sources;
using EdgePose.Fault.Tests.Proxy;

namespace EdgePose.Fault.Tests.Cameras;

/// <summary>What many reconnects leave behind. It is counted for the whole process, so it runs alone.</summary>
[Collection(nameof(SteadyStateTests))]
public sealed class ReconnectMemoryTests
{
    [Fact]
    public void Memory_and_descriptors_stay_flat_over_many_reconnects()
    {
        // 8 cameras at a time over one proxy that resets all of them: 5 rounds in CI, 125 (1000 reconnects) at night. The first two rounds fill pools and caches.
        using var server = RtspServer.Start(["--streams", "8", .. AwayTests.Loops]);
        using var proxy = new FaultProxy(server.Port);
        var rigs = Enumerable.Range(0, 8).Select(stream => new CameraRig(new CameraConfig { Id = $"camera-{stream}", Address = $"rtsp://127.0.0.1:{proxy.Port}/{stream}" })).ToArray();
        try
        {
            var rounds = Nightly.Rounds(5, 127);
            var (before, descriptors, resident) = (0L, 0, 0L);
            for (var round = 0; round < rounds; round++)
            {
                rigs[0].SecondsUntil(() => rigs.All(rig => rig.IsRunning), 60, $"all cameras run in round {round}");
                if (round == 2)
                {
                    (before, descriptors, resident) = Holdings();
                }

                proxy.RefusesNew = true;
                proxy.ResetAll();
                rigs[0].SecondsUntil(() => rigs.All(rig => rig.IsOffline), 10, "all offline");
                Thread.Sleep(1500); // long enough to be knocked at in vain
                proxy.RefusesNew = false;
            }

            rigs[0].SecondsUntil(() => rigs.All(rig => rig.IsRunning), 60, "all cameras run at the end");
            var (after, descriptorsAfter, residentAfter) = Holdings();
            Measured.Say("memory over reconnects", $"{(rounds - 2) * 8} reconnects: managed heap {(after - before) / 1024.0:0} KB more, resident {(residentAfter - resident) / 1048576.0:0.0} MB more, descriptors {descriptorsAfter - descriptors} more");
            Assert.InRange(after - before, long.MinValue, 1 << 20);
            Assert.InRange(descriptorsAfter - descriptors, int.MinValue, 20);
            Assert.InRange(residentAfter - resident, long.MinValue, 24 << 20);
        }
        finally
        {
            Array.ForEach(rigs, rig => rig.Dispose());
        }
    }

    private static (long Managed, int Descriptors, long Resident) Holdings()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var managed = GC.GetTotalMemory(forceFullCollection: true);
        return (managed, Directory.GetFileSystemEntries("/proc/self/fd").Length, Environment.WorkingSet);
    }
}
