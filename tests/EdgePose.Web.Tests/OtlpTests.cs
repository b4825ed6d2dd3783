using System.Net;
using System.Text;
using EdgePose.Daemon.Settings;

namespace EdgePose.Web.Tests;

/// <summary>Metrics that the daemon sends to a collector.</summary>
public sealed class OtlpTests
{
    [Fact]
    public async Task A_collector_gets_the_meters_with_the_device_as_their_resource()
    {
        using var collector = new HttpListener();
        var port = Random.Shared.Next(20_000, 30_000);
        collector.Prefixes.Add($"http://127.0.0.1:{port}/");
        collector.Start();
        var config = PageRig.Config() with
        {
            Metrics = new MetricsConfig { OtlpAddress = $"http://127.0.0.1:{port}/v1/metrics", OtlpForm = OtlpForm.Http, OtlpIntervalSeconds = 1 },
        };
        await using var rig = await PageRig.StartAsync(config);
        await rig.SeeFramesAsync();

        var all = new StringBuilder();
        while (!all.ToString().Contains("edgepose.camera.frame.latency", StringComparison.Ordinal))
        {
            var context = await collector.GetContextAsync().WaitAsync(Patience.Span, TestContext.Current.CancellationToken);
            Assert.Equal(("POST", "/v1/metrics", "application/x-protobuf"), (context.Request.HttpMethod, context.Request.RawUrl, context.Request.ContentType));
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body, TestContext.Current.CancellationToken);
            all.Append(Encoding.Latin1.GetString(body.ToArray()));
            context.Response.Close();
        }

        Assert.All(["service.name", "edgepose", "service.instance.id", "device", "service.namespace", "test"], text => Assert.Contains(text, all.ToString(), StringComparison.Ordinal));
    }
}
