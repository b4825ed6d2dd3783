using System.Buffers;
using MQTTnet;

namespace EdgePose.Cli;

/// <summary>Subscribes to the events and hands each to a printer, until it is stopped.</summary>
internal static class Subscriber
{
    public static async Task RunAsync(MqttClientOptions options, string filter, EventPrinter printer, CancellationToken stop)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += received =>
        {
            printer.Take(received.ApplicationMessage.Topic, received.ApplicationMessage.Payload.ToArray());
            return Task.CompletedTask;
        };
        await client.ConnectAsync(options, stop).ConfigureAwait(false);
        await client.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter(filter).Build(), stop).ConfigureAwait(false);
        try
        {
            while (client.IsConnected)
            {
                await Task.Delay(200, stop).ConfigureAwait(false);
            }

            await Console.Error.WriteLineAsync("The connection to the broker was lost.").ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // asked to stop
        }
    }
}
