using System.Globalization;
using System.Text.Json;
using EdgePose.Delivery.Broker;

namespace EdgePose.Fault.Tests;

/// <summary>More cameras than the machine can serve, and less memory than it would like: the promises hold.</summary>
public sealed class RatedLoadTests
{
    [Fact]
    public async Task Thirty_two_cameras_each_get_their_share_of_fresh_inferences_and_memory_stays_bounded()
    {
        const int cameras = 32;
        using var pictures = new PictureLoop(greys: 10, whites: 0);
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });

        // A small network at a small size, which still cannot do the 320 frames a second that come; and nothing given up, so that it is the fair shares that are measured.
        using var daemon = new DaemonProcess(
            new { address = broker.Address }, [.. Enumerable.Range(0, cameras).Select(i => new { id = $"camera-{i}", address = pictures.Folder, loop = true })],
            manifest: Repository.File("models", "edgepose-s-int8.json"), network: new() { ["inputWidthPx"] = 264, ["inputHeightPx"] = 152 }, overload: new { enabled = false });
        Assert.True(await Recorder.Until(() => recorder.Counts("framesInferred").Count(count => count > 20) == cameras, 240), daemon.Output);

        var (before, lostBefore, posesBefore, statusBefore) = (recorder.Counts("framesInferred"), recorder.Counts("framesSuperseded").Sum(), recorder.Messages.Count, recorder.Of("status").Count());
        var (start, memory) = (TimeProvider.System.GetTimestamp(), ResidentMegabytes(daemon.Id));
        const int least = 60; // inferences of each, so that one more or less is no share
        Assert.True(await Recorder.Until(() => recorder.Of("status").Count() >= statusBefore + 3 && recorder.Counts("framesInferred").Zip(before, (now, then) => now - then).Average() >= least, 600), recorder.Summary);
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        var lost = recorder.Counts("framesSuperseded").Sum() - lostBefore;
        double[] rates = [.. recorder.Counts("framesInferred").Zip(before, (now, then) => (now - then) / seconds)];
        var oldest = recorder.Messages.Skip(posesBefore).Where(message => message.Topic.EndsWith("/pose", StringComparison.Ordinal)).Max(message => Property(message.Payload, "latencyMs"));
        var (growth, mean) = (ResidentMegabytes(daemon.Id) - memory, rates.Average());
        Measured.Say($"{cameras} cameras for {seconds:0} s: {mean:0.00} inferences a second each, least {rates.Min():0.00}, most {rates.Max():0.00} ({100 * (rates.Min() / mean - 1):0.0} % to {100 * (rates.Max() / mean - 1):+0.0} %); {lost / seconds:0} more a second could not be served; oldest frame {oldest:0} ms; resident {memory:0} MB {growth:+0.0;-0.0} MB");
        Assert.All(rates, rate => Assert.InRange(rate / mean, 0.9, 1.1));
        Measured.Hold(1 / rates.Min(), 1, "time between two inferences of the camera that gets the fewest");
        Measured.Hold(oldest / 1000, 1, "oldest frame");
        Assert.True(lost > 0 || !Nightly.Is, "this machine serves them all: no overload was made");
        Assert.True(growth < 32, $"resident memory grew by {growth:0.0} MB");
    }

    [Fact]
    public async Task At_rated_load_the_daemon_and_its_decoders_live_in_512_megabytes()
    {
        var minimumSeconds = Nightly.Rounds(20, 40);
        using var group = MemoryGroup.TryMake(512L << 20, out var reason);
        Assert.SkipWhen(group is null, reason);
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        object Camera(int number) => new { id = $"camera-{number}", address = Repository.File("scenes", "lobby.mp4"), loop = true };
        using var daemon = new DaemonProcess(new { address = broker.Address }, [Camera(0), Camera(1)], manifest: Repository.File("models", "edgepose-l.json"), memoryGroup: group);
        Assert.True(await Recorder.Until(() => recorder.Counts("framesInferred").Count(count => count > 10) == 2, 120), daemon.Output);
        await Task.Delay(TimeSpan.FromSeconds(minimumSeconds), TestContext.Current.CancellationToken);
        Measured.Say($"two cameras on edgepose-l at 456x256, batches of 4, for {minimumSeconds} s: {group!.AnonymousBytes >> 20} MB that cannot be given back, peak {group.PeakBytes >> 20} MB of 512 with the page cache, {group.Killed} killed");
        Assert.Equal(0, group.Killed);
        Assert.Null(daemon.ExitCode(0));
        Assert.DoesNotContain("Offline", daemon.Output, StringComparison.Ordinal);
    }

    private static double Property(string payload, string name)
    {
        using var json = JsonDocument.Parse(payload);
        return json.RootElement.GetProperty(name).GetDouble();
    }

    private static double ResidentMegabytes(int process) =>
        double.Parse(File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
}
