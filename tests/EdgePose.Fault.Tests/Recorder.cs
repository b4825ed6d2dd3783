using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using EdgePose.Delivery.Broker;
using MQTTnet;

namespace EdgePose.Fault.Tests;

/// <summary>A subscriber that keeps every message of every device, in the order of arrival.</summary>
internal sealed class Recorder : IAsyncDisposable
{
    private readonly BrokerClient client = new(subscribes: true);

    public ConcurrentQueue<(string Topic, string Payload)> Messages { get; } = [];

    public string Summary => string.Join('\n', Messages.GroupBy(message => message.Topic).Select(group => $"{group.Key}: {group.Count()}, last {group.Last().Payload}"));

    public static async Task<Recorder> OpenAsync(MqttConfig config)
    {
        var recorder = new Recorder();
        recorder.client.Mqtt.ApplicationMessageReceivedAsync += received =>
        {
            recorder.Messages.Enqueue((received.ApplicationMessage.Topic, Encoding.UTF8.GetString(received.ApplicationMessage.Payload.ToArray())));
            return Task.CompletedTask;
        };
        await recorder.client.ConnectAsync(config with { ClientId = $"recorder-{Guid.NewGuid():N}" }, will: null, CancellationToken.None);
        await recorder.client.Mqtt.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter("edgepose/v1/#").Build());
        return recorder;
    }

    /// <summary>Messages of one kind: the last level of the topic.</summary>
    public IEnumerable<string> Of(string kind) => Messages.Where(message => message.Topic.EndsWith("/" + kind, StringComparison.Ordinal)).Select(message => message.Payload);

    /// <summary>A counter of each camera, as the last status tells.</summary>
    public long[] Counts(string name)
    {
        if (Of("status").LastOrDefault() is not { } status)
        {
            return [];
        }

        using var json = JsonDocument.Parse(status);
        return [.. json.RootElement.GetProperty("cameras").EnumerateArray().Select(camera => camera.GetProperty(name).GetInt64())];
    }

    /// <summary>Waits for what should come: no less than a minute and a half.</summary>
    public static async Task<bool> Until(Func<bool> condition, double seconds = Patience.Seconds)
    {
        seconds = Patience.AtLeast(seconds);
        for (var start = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(start).TotalSeconds < seconds;)
        {
            if (condition())
            {
                return true;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        await client.Mqtt.DisconnectAsync();
        client.Dispose();
    }
}
