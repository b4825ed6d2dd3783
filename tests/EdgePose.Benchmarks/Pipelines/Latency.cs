using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using EdgePose.Daemon.Telemetry;
using EdgePose.Delivery.Broker;
using MQTTnet;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>
/// One RTSP camera at 15 fps: from capture to publication, in units of 1.5 inferences and one frame interval, both measured in the same run.
/// </summary>
/// <remarks>
/// Capture is the camera's own clock by RTCP: the moment that the server's clock gives to the picture, which is when the server sends it. Server, daemon and subscriber
/// share this machine's clock. Publication is counted twice: when the daemon wrote the message, and when a subscriber had it, which is later and is what the verdict takes.
/// </remarks>
internal static class Latency
{
    private const double FramesPerSecond = 15;

    /// <summary>Runs it: <c>--seconds N</c>, <c>--network MANIFEST</c>.</summary>
    public static int Run(string[] arguments) => RunAsync(arguments).GetAwaiter().GetResult();

    private sealed record Sample(bool IsNtp, double WrittenMs, double ReceivedMs);

    private static async Task<int> RunAsync(string[] arguments)
    {
        var seconds = BundledNetwork.Number(arguments, "--seconds", 60);
        await using var rig = await LiveRig.StartAsync(arguments);
        var samples = new ConcurrentQueue<Sample>();
        using var client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += received =>
        {
            samples.Enqueue(Read(received.ApplicationMessage.Payload.ToArray(), DateTimeOffset.UtcNow));
            return Task.CompletedTask;
        };
        await client.ConnectAsync(BrokerOptions.Create(new MqttConfig { Address = rig.BrokerAddress, ClientId = "latency" }, new BrokerTerms(MqttVersion.V5), will: null, subscribes: true));
        await client.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter("edgepose/v1/+/+/+/pose").Build());

        // Left out: start-up, and the arrivals before the server's first sender report says which clock its times are of.
        await Task.Delay(TimeSpan.FromSeconds(10));
        samples.Clear();
        var before = rig.Service.Meter.Snapshot();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        var window = rig.Service.Meter.Snapshot().Since(before);
        return Judge([.. samples.Where(sample => sample.IsNtp)], samples.Count, window, seconds);
    }

    private static Sample Read(byte[] payload, DateTimeOffset now)
    {
        using var document = JsonDocument.Parse(payload);
        var pose = document.RootElement;
        var captured = pose.GetProperty("capturedAt").GetDateTimeOffset();
        return new(
            pose.GetProperty("captureClock").GetString() == "ntp", (pose.GetProperty("publishedAt").GetDateTimeOffset() - captured).TotalMilliseconds, (now - captured).TotalMilliseconds);
    }

    private static int Judge(Sample[] samples, int all, MeterSnapshot window, int seconds)
    {
        if (samples.Length < seconds)
        {
            Console.WriteLine($"only {samples.Length} of {all} messages carry a capture time of the camera's own clock: nothing to judge");
            return 1;
        }

        static double At(double share, IEnumerable<double> values) => values.Order().ElementAt((int)(share * (values.Count() - 1)));
        var inferMs = window[PipelineStep.Infer].Percentile(.5).TotalMilliseconds;
        var limitMs = (1.5 * inferMs) + (1000 / FramesPerSecond);
        double[] written = [.. samples.Select(sample => sample.WrittenMs)], received = [.. samples.Select(sample => sample.ReceivedMs)];
        Console.WriteLine($"{samples.Length} of {all} messages with the camera's clock, {samples.Length / (double)seconds:F1}/s (the camera sends {FramesPerSecond}/s)");
        Console.WriteLine($"capture to writing:     p50 {At(.5, written):F1} ms, p95 {At(.95, written):F1} ms, p99 {At(.99, written):F1} ms, least {written.Min():F1} ms");
        Console.WriteLine($"capture to subscriber:  p50 {At(.5, received):F1} ms, p95 {At(.95, received):F1} ms, p99 {At(.99, received):F1} ms, least {received.Min():F1} ms");
        Console.WriteLine($"arrival to writing:     p50 {window[PipelineStep.Total].Percentile(.5).TotalMilliseconds:F1} ms, p95 {window[PipelineStep.Total].Percentile(.95).TotalMilliseconds:F1} ms (so capture to arrival is about {At(.5, written) - window[PipelineStep.Total].Percentile(.5).TotalMilliseconds:F1} ms)");
        Console.WriteLine($"inference:              p50 {inferMs:F1} ms, p95 {window[PipelineStep.Infer].Percentile(.95).TotalMilliseconds:F1} ms");
        var ratio = At(.95, received) / limitMs;
        Console.WriteLine($"p95 to subscriber / (1.5 inferences + 1 frame interval = {limitMs:F1} ms): {ratio:F3}; asked at most 1");
        return ratio <= 1 ? 0 : 1;
    }
}
