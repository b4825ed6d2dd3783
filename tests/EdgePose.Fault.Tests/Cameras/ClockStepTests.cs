using System.Globalization;
using System.Text.Json;
using EdgePose.Delivery.Broker;

namespace EdgePose.Fault.Tests.Cameras;

/// <summary>The wall clock steps by an hour under the whole daemon; libfaketime plays the clock, and leaves the monotonic one alone.</summary>
public sealed class ClockStepTests
{
    private static readonly string[] Places = ["/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"];

    [Fact]
    public async Task A_wall_clock_that_steps_an_hour_ends_no_track_and_restarts_no_camera()
    {
        var library = Array.Find(Places, File.Exists);
        if (library is null)
        {
            Assert.Skip("libfaketime is not installed (apt-get install libfaketime), so the clock cannot be stepped");
        }

        var clock = Path.GetTempFileName();
        await File.WriteAllTextAsync(clock, "+0", TestContext.Current.CancellationToken);
        using var broker = new Mosquitto();
        using var server = RtspServer.Start("--clip", Repository.File("scenes", "lobby.mp4"));
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        using var daemon = new DaemonProcess(
            new { address = broker.Address },
            [new { id = "lobby", address = server.Address }],
            environment: new()
            {
                ["LD_PRELOAD"] = library!,
                ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
                ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
                ["FAKETIME_NO_CACHE"] = "1",
                ["FAKETIME_TIMESTAMP_FILE"] = clock,
            });
        Assert.True(await Recorder.Until(() => recorder.Of("track").Count() > 3), daemon.Output + recorder.Summary);
        foreach (var step in (string[])["+3600s", "-3600s"])
        {
            var (posesBefore, tracksBefore) = (recorder.Of("pose").Count(), recorder.Of("track").Count());
            var alive = Alive(recorder);
            await File.WriteAllTextAsync(clock, step, TestContext.Current.CancellationToken);
            Assert.True(await Recorder.Until(() => recorder.Of("pose").Skip(posesBefore).Any(pose => IsStepped(pose, step)), 20), $"the daemon never saw the step {step}: {daemon.Output}");
            bool GoesOn(JsonElement track) => track.GetProperty("kind").GetString() == "update" && alive.Contains(track.GetProperty("trackId").GetInt64());
            JsonElement[] After() => [.. recorder.Of("track").Skip(tracksBefore).Select(payload => JsonDocument.Parse(payload).RootElement)];
            Assert.True(await Recorder.Until(() => alive.Count == 0 ? After().Length > 0 : After().Any(GoesOn)), $"no track went on over the step {step}: {daemon.Output}");
            await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
            var after = After();
            var continued = after.Count(GoesOn);
            var longest = after.Max(track => track.GetProperty("durationSeconds").GetDouble());
            Measured.Say($"wall clock {step}", $"{recorder.Of("pose").Count() - posesBefore} poses and {continued} updates of tracks that lived before; longest duration {longest:0.0} s");
            Assert.InRange(longest, 0, 600);
        }

        Assert.DoesNotContain("Offline", daemon.Output, StringComparison.Ordinal);
        Assert.All(recorder.Of("state"), state => Assert.Contains("\"restarts\":0", state, StringComparison.Ordinal));
        File.Delete(clock);
    }

    /// <summary>Whether a message was published by the stepped clock.</summary>
    private static bool IsStepped(string pose, string step)
    {
        var away = (JsonDocument.Parse(pose).RootElement.GetProperty("publishedAt").GetDateTimeOffset() - DateTimeOffset.UtcNow).TotalSeconds;
        return Math.Abs(away - int.Parse(step.AsSpan(0, step.Length - 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)) < 60;
    }

    private static HashSet<long> Alive(Recorder recorder)
    {
        var alive = new HashSet<long>();
        foreach (var track in recorder.Of("track").Select(payload => JsonDocument.Parse(payload).RootElement))
        {
            var id = track.GetProperty("trackId").GetInt64();
            _ = track.GetProperty("kind").GetString() == "end" ? alive.Remove(id) : alive.Add(id);
        }

        return alive;
    }
}
