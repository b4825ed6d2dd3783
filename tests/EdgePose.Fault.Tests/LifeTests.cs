using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgePose.Delivery.Broker;

namespace EdgePose.Fault.Tests;

/// <summary>The real daemon from start to end, as systemd and a subscriber see it.</summary>
public sealed class LifeTests
{
    private static readonly object Lobby = new { id = "lobby", address = Repository.File("scenes", "lobby.mp4"), loop = true, maxFps = 5 }; // few frames a second: it is not inference that is tried here

    [Fact]
    public async Task A_daemon_that_is_killed_is_told_offline_by_the_broker_and_stays_so()
    {
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        using var daemon = new DaemonProcess(new { address = broker.Address }, [Lobby]);
        Assert.True(await Recorder.Until(() => recorder.Of("pose").Any()), daemon.Output);
        daemon.Send(Signals.Kill);
        Assert.True(await Recorder.Until(() => recorder.Of("status").Last().Contains("\"offline\"", StringComparison.Ordinal), 10), recorder.Summary);

        await using var later = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        Assert.True(await Recorder.Until(() => later.Of("status").Any(), 10), later.Summary);
        Assert.Contains("\"offline\"", later.Of("status").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Systemd_is_told_of_each_step_and_a_stop_ends_every_track_before_the_farewell()
    {
        using var systemd = new NotifySocket(Patience.Span);
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        using var daemon = new DaemonProcess(new { address = broker.Address }, [Lobby], environment: new() { ["NOTIFY_SOCKET"] = systemd.Address, ["WATCHDOG_USEC"] = "2000000" });

        List<string> told = [Told(systemd)];
        Assert.True(await Recorder.Until(() => daemon.Output.Contains("runs on Cpu", StringComparison.Ordinal), 5), "told before the network was warm: " + daemon.Output);
        while (told.Count(message => message == "WATCHDOG=1") < 4 || !told.Contains("READY=1"))
        {
            told.Add(Told(systemd));
        }

        Assert.Contains(told, message => message.StartsWith("STATUS=", StringComparison.Ordinal) && message.Contains("of 1 cameras running", StringComparison.Ordinal));
        Assert.True(await Recorder.Until(() => recorder.Of("track").Count() > 3), recorder.Summary);
        var decoder = Assert.Single(daemon.Decoders);
        Assert.DoesNotContain(systemd.Address, Encoding.UTF8.GetString(await File.ReadAllBytesAsync($"/proc/{decoder}/environ", TestContext.Current.CancellationToken)), StringComparison.Ordinal);

        daemon.Send(Signals.Terminate);
        Assert.Equal(0, daemon.ExitCode());
        while (systemd.HasMore)
        {
            told.Add(Told(systemd));
        }

        Assert.Equal("STOPPING=1", told.Last(message => message is not "WATCHDOG=1" && !message.StartsWith("STATUS=", StringComparison.Ordinal)));
        Assert.True(await Recorder.Until(() => recorder.Of("status").Last().Contains("\"offline\"", StringComparison.Ordinal), 10), recorder.Summary);
        Assert.Empty(Ids(recorder, "start").Except(Ids(recorder, "end")));
        Assert.NotEmpty(Ids(recorder, "end"));
        Assert.EndsWith("/status", recorder.Messages.Last().Topic, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_password_right_or_wrong_shows_in_any_line_or_message()
    {
        const string right = "R1ght-Secret", wrong = "Wr0ng-Secret";
        using var broker = new Mosquitto("daemon", right);
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address, Username = "daemon", PasswordFile = WriteSecret(right) });
        using var server = RtspServer.Start("--user", "viewer", "--password", right);
        object Camera(string id, string file) => new { id, address = server.Address, username = "viewer", passwordFile = file };
        object Broker(string file) => new { address = broker.Address, username = "daemon", passwordFile = file };
        Dictionary<string, string> secrets = new() { ["right"] = right, ["wrong"] = wrong };
        var all = new StringBuilder();
        using (var daemon = new DaemonProcess(Broker("right"), [Camera("good", "right"), Camera("bad", "wrong")], secrets))
        {
            Assert.True(await Recorder.Until(() => recorder.Of("pose").Any() && recorder.Of("state").Any(state => state.Contains("\"unauthorized\"", StringComparison.Ordinal))), daemon.Output + recorder.Summary);
            daemon.Send(Signals.Terminate);
            Assert.Equal(0, daemon.ExitCode());
            all.Append(daemon.Output);
        }

        using (var daemon = new DaemonProcess(Broker("wrong"), [Camera("good", "right")], secrets))
        {
            Assert.True(await Recorder.Until(() => daemon.Output.Contains("refuses the user or password", StringComparison.Ordinal)), daemon.Output);
            daemon.Send(Signals.Terminate);
            Assert.Equal(0, daemon.ExitCode());
            all.Append(daemon.Output);
        }

        using (var daemon = new DaemonProcess(Broker("right"), [new { id = "bad", address = $"rtsp://viewer:{wrong}@127.0.0.1/0" }], secrets))
        {
            Assert.Equal(78, daemon.ExitCode());
            Assert.Contains("$.cameras[0].address", daemon.Output, StringComparison.Ordinal);
            all.Append(daemon.Output);
        }

        all.AppendJoin('\n', recorder.Messages.Select(message => message.Topic + message.Payload));
        Assert.DoesNotContain(right, all.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(wrong, all.ToString(), StringComparison.Ordinal);
        Measured.Say($"in none of {all.ToString().Count(letter => letter == '\n')} lines of log and messages");
    }

    private static string Told(NotifySocket systemd)
    {
        var message = systemd.Receive();
        Assert.NotEmpty(message); // a line that is never told ends the test here
        return message;
    }

    private static string[] Ids(Recorder recorder, string kind) =>
    [
        .. recorder.Of("track").Select(payload => JsonDocument.Parse(payload).RootElement).Where(track => track.GetProperty("kind").GetString() == kind)
            .Select(track => track.GetProperty("trackId").GetInt64().ToString(CultureInfo.InvariantCulture)),
    ];

    private static string WriteSecret(string secret)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, secret);
        return file;
    }
}
