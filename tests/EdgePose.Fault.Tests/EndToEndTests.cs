using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using EdgePose.Daemon;
using EdgePose.Daemon.Cameras;
using EdgePose.Daemon.Configuration;
using EdgePose.Daemon.Publishing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MQTTnet;
using NJsonSchema;

namespace EdgePose.Fault.Tests;

/// <summary>The main job on real parts: the bundled clip over RTSP, the whole daemon, mosquitto, and a subscriber.</summary>
public sealed class EndToEndTests
{
    [Fact]
    public async Task People_of_an_rtsp_camera_arrive_at_a_subscriber_and_every_message_keeps_its_schema()
    {
        var stop = TestContext.Current.CancellationToken;
        using var broker = new Mosquitto();
        using var server = RtspServer.Start("--clip", Repository.File("scenes", "lobby.mp4"));
        var messages = new ConcurrentQueue<(string Topic, string Payload)>();
        using var subscriber = await SubscribeAsync(broker.Address, messages);
        var config = new EdgePoseConfig
        {
            Device = new DeviceConfig { Site = "test", Id = "device" },
            Network = new NetworkConfig { Manifest = Repository.File("models", "edgepose-v0.json") },
            Mqtt = new MqttConfig { Address = broker.Address },
            Cameras =
            [
                new CameraConfig { Id = "lobby", Address = server.Address },
                new CameraConfig { Id = "away", Address = "rtsp://127.0.0.1:9/none" },
            ],
        };
        using (var host = Host(config))
        {
            await host.StartAsync(stop);
            Assert.True(await Until(() => messages.Count(message => message.Topic.EndsWith("lobby/pose", StringComparison.Ordinal)) > 45, stop), Summary(messages));
            await host.StopAsync(stop);
        }

        Assert.True(await Until(() => messages.Any(message => message.Topic.EndsWith("status", StringComparison.Ordinal) && message.Payload.Contains("offline", StringComparison.Ordinal)), stop), Summary(messages));
        await HoldAgainstSchemas(messages);
        var poses = messages.Where(message => message.Topic.EndsWith("/pose", StringComparison.Ordinal)).Select(message => JsonDocument.Parse(message.Payload).RootElement).ToArray();
        Assert.True(poses.Max(pose => pose.GetProperty("people").GetArrayLength()) >= 3, "the lobby holds four people; at least three are found at once");
        Assert.Contains(poses, pose => pose.GetProperty("captureClock").GetString() == "ntp");
        Assert.Contains(messages, message => message.Topic.EndsWith("lobby/track", StringComparison.Ordinal) && message.Payload.Contains("\"start\"", StringComparison.Ordinal));
        Assert.Contains(messages, message => message.Topic.EndsWith("away/state", StringComparison.Ordinal) && message.Payload.Contains("\"offline\"", StringComparison.Ordinal));
    }

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

        Assert.Equal(["pose", "state", "status", "track"], schemas.Keys.Order());
    }

    private static IHost Host(EdgePoseConfig config)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(config);
        builder.Services.AddSingleton(new DecoderCommand(Path.Combine(AppContext.BaseDirectory, "edgepose"), ["decode"]));
        builder.Services.AddHostedService<EdgePoseService>();
        return builder.Build();
    }

    private static async Task<IMqttClient> SubscribeAsync(string address, ConcurrentQueue<(string, string)> messages)
    {
        var client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += received =>
        {
            messages.Enqueue((received.ApplicationMessage.Topic, Encoding.UTF8.GetString(received.ApplicationMessage.Payload.ToArray())));
            return Task.CompletedTask;
        };
        await client.ConnectAsync(BrokerOptions.Create(new MqttConfig { Address = address }, "subscriber", null, null));
        await client.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter("edgepose/v1/#").Build());
        return client;
    }

    private static async Task<bool> Until(Func<bool> condition, CancellationToken stop)
    {
        for (var attempt = 0; attempt < 1200; attempt++)
        {
            if (condition())
            {
                return true;
            }

            await Task.Delay(50, stop);
        }

        return false;
    }

    private static string Summary(IEnumerable<(string Topic, string Payload)> messages) =>
        string.Join('\n', messages.GroupBy(message => message.Topic).Select(group => $"{group.Key}: {group.Count()}, last {group.Last().Payload}"));
}
