using System.Buffers;
using System.Security.Cryptography;
using EdgePose.Delivery.Broker;
using MQTTnet;

namespace EdgePose.Cli;

/// <summary>Subscribes to the events and hands each to a printer, until it is stopped. It connects as the daemon does.</summary>
internal static class Subscriber
{
    private const int LeastFailure = 0x80; // MQTT 5, 3.9.3: the codes below grant the subscription

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    /// <summary>A client id that no other subscriber has: process ids repeat, in containers above all.</summary>
    public static string NewClientId(string prefix) => $"{prefix}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    /// <summary>Subscribes until <paramref name="stop"/>.</summary>
    /// <param name="config">The broker, with a client id.</param>
    /// <param name="filter">The topic filter.</param>
    /// <param name="printer">Gets each message.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="Exception">There is no connection, the subscription is refused, or the connection is lost; <see cref="BrokerFault"/> describes it.</exception>
    public static async Task RunAsync(MqttConfig config, string filter, EventPrinter printer, CancellationToken stop)
    {
        using var client = new BrokerClient(subscribes: true);
        client.Mqtt.ApplicationMessageReceivedAsync += received =>
        {
            printer.Take(received.ApplicationMessage.Topic, received.ApplicationMessage.Payload.ToArray());
            return Task.CompletedTask;
        };
        try
        {
            await client.ConnectAsync(config, will: null, stop).ConfigureAwait(false);
            await SubscribeAsync(client, filter, stop).ConfigureAwait(false);
            await Console.Error.WriteLineAsync($"Subscribed to {filter} at {BrokerAddress.Shown(config.Address)} with MQTT {client.Terms.VersionName}.").ConfigureAwait(false);
            await StayAsync(client, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // asked to stop
        }
    }

    private static async Task SubscribeAsync(BrokerClient client, string filter, CancellationToken stop)
    {
        MqttClientSubscribeResult result;
        try
        {
            result = await client.Mqtt.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter(filter).Build(), stop).WaitAsync(AnswerLimit, stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or OperationCanceledException or TimeoutException) && !client.Mqtt.IsConnected)
        {
            throw client.Loss();
        }

        foreach (var item in result.Items)
        {
            if ((int)item.ResultCode >= LeastFailure)
            {
                throw new SubscriptionRefusedException(new BrokerAnswer((byte)item.ResultCode, result.ReasonString), filter);
            }
        }
    }

    /// <summary>Waits until the connection is lost, and pings within the broker's keep-alive, which MQTTnet does not know.</summary>
    private static async Task StayAsync(BrokerClient client, CancellationToken stop)
    {
        var pause = TimeSpan.FromSeconds(client.Terms.KeepAliveSeconds) / 2;
        var asked = TimeProvider.System.GetTimestamp();
        var answer = Task.CompletedTask;
        while (client.Mqtt.IsConnected)
        {
            if (answer.IsCompleted && TimeProvider.System.GetElapsedTime(asked) >= pause)
            {
                asked = TimeProvider.System.GetTimestamp();
                answer = client.Mqtt.PingAsync(stop);
                _ = answer.ContinueWith(static done => done.Exception, TaskScheduler.Default); // a lost connection shows by itself
            }
            else if (!answer.IsCompleted && TimeProvider.System.GetElapsedTime(asked) >= AnswerLimit + pause)
            {
                throw new TimeoutException("the broker answers no ping");
            }

            await Task.Delay(Look, stop).ConfigureAwait(false);
        }

        throw client.Loss();
    }
}
