using System.Text.Json;
using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Sources;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Settings;
using EdgePose.Delivery.Broker;
using EdgePose.Delivery.Spool;
using EdgePose.Scene;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NJsonSchema;

namespace EdgePose.Fault.Tests;

/// <summary>The main job on real parts: the bundled clip over RTSP, the whole daemon, mosquitto, and a subscriber.</summary>
public sealed class EndToEndTests
{
    [Fact]
    public async Task People_of_an_rtsp_camera_arrive_at_a_subscriber_and_every_message_keeps_its_schema()
    {
        var stop = TestContext.Current.CancellationToken;
        var state = Directory.CreateTempSubdirectory("edgepose-state-");
        using var broker = new Mosquitto();
        using var server = RtspServer.Start("--clip", Repository.File("scenes", "lobby.mp4"));
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        var messages = recorder.Messages;
        var config = new EdgePoseConfig
        {
            Device = new DeviceConfig { Site = "test", Id = "device" },
            Network = new NetworkConfig { Manifest = Repository.File("models", "edgepose-l.json") },
            Mqtt = new MqttConfig { Address = broker.Address },
            Spool = new SpoolConfig { Path = Path.Combine(state.FullName, "spool.db") },
            Cameras =
            [
                new CameraConfig { Id = "lobby", Address = server.Address, Scene = Scene },
                new CameraConfig { Id = "away", Address = "rtsp://127.0.0.1:9/none" },
            ],
        };
        using (var host = Host(config))
        {
            await host.StartAsync(stop);
            // The camera's own clock is known from its first RTCP sender report on, seconds after its first frame.
            Assert.True(await Recorder.Until(() => Poses(messages).Count() > 20 && Poses(messages).Any(pose => pose.Payload.Contains("\"ntp\"", StringComparison.Ordinal))), recorder.Summary);
            await host.StopAsync(stop);
        }

        Assert.True(await Recorder.Until(() => messages.Any(message => message.Topic.EndsWith("status", StringComparison.Ordinal) && message.Payload.Contains("offline", StringComparison.Ordinal))), recorder.Summary);
        state.Delete(recursive: true);
        await HoldAgainstSchemas(messages);
        var poses = messages.Where(message => message.Topic.EndsWith("/pose", StringComparison.Ordinal)).Select(message => JsonDocument.Parse(message.Payload).RootElement).ToArray();
        Assert.True(poses.Max(pose => pose.GetProperty("people").GetArrayLength()) >= 3, "the lobby holds four people; at least three are found at once");
        Assert.Contains(poses, pose => pose.GetProperty("captureClock").GetString() == "ntp");
        Assert.Contains(messages, message => message.Topic.EndsWith("lobby/track", StringComparison.Ordinal) && message.Payload.Contains("\"start\"", StringComparison.Ordinal));
        Assert.Contains(messages, message => message.Topic.EndsWith("away/state", StringComparison.Ordinal) && message.Payload.Contains("\"offline\"", StringComparison.Ordinal));
    }

    /// <summary>The whole picture as a zone, so that somebody enters and leaves it.</summary>
    private static SceneOptions Scene => new()
    {
        Zones = [new ZoneOptions { Id = "lobby", Points = [[0, 0], [1, 0], [1, 1], [0, 1]], Place = PersonPlace.Any, EnterSeconds = 0 }], Postures = true, Gestures = true,
        Falls = new FallOptions { Enabled = true },
    };

    private static IEnumerable<(string Topic, string Payload)> Poses(IEnumerable<(string Topic, string Payload)> messages) =>
        messages.Where(message => message.Topic.EndsWith("lobby/pose", StringComparison.Ordinal));

    private static async Task HoldAgainstSchemas(IEnumerable<(string Topic, string Payload)> messages)
    {
        var schemas = new Dictionary<string, JsonSchema>(StringComparer.Ordinal);
        foreach (var (topic, payload) in messages)
        {
            var kind = topic[(topic.LastIndexOf('/') + 1)..];
            if (!schemas.TryGetValue(kind, out var schema))
            {
                schemas[kind] = schema = await JsonSchema.FromFileAsync(Repository.File("docs", "events", $"{kind}.schema.json"));
            }

            var errors = schema.Validate(payload);
            Assert.True(errors.Count == 0, $"{topic}: {string.Join("; ", errors)}\n{payload}");
        }

        Assert.Equal(["event", "pose", "scene", "state", "status", "track"], schemas.Keys.Order());
    }

    private static IHost Host(EdgePoseConfig config)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(new ServiceManager(notifySocket: null));
        builder.Services.AddSingleton(new DecoderCommand(Path.Combine(AppContext.BaseDirectory, "edgepose"), ["decode"]));
        builder.Services.AddDaemon(config);
        return builder.Build();
    }
}
