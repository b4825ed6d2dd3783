using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgePose.Cameras.Sources;

namespace EdgePose.Cameras.Tests.Sources;

public sealed class SourceProbeTests
{
    [Theory]
    [InlineData("RTSP/1.0 200 OK", ProbeAnswer.Present)]
    [InlineData("RTSP/1.0 401 Unauthorized", ProbeAnswer.Present)]
    [InlineData("RTSP/1.0 404 Not Found", ProbeAnswer.Absent)]
    [InlineData("RTSP/1.0 503 Service Unavailable", ProbeAnswer.Absent)]
    [InlineData("HTTP/1.1 200 OK", ProbeAnswer.Absent)]
    public async Task The_status_of_the_answer_decides(string status, object expected)
    {
        using var camera = new TcpListener(IPAddress.Loopback, 0);
        camera.Start();
        var asked = AnswerAsync(camera, status + "\r\n\r\n");
        Assert.Equal((ProbeAnswer)expected, Probe($"rtsp://127.0.0.1:{((IPEndPoint)camera.LocalEndpoint).Port}/stream", forStream: true));
        Assert.StartsWith("DESCRIBE rtsp://127.0.0.1:", await asked, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_where_nobody_listens_is_absent()
    {
        using var camera = new TcpListener(IPAddress.Loopback, 0);
        camera.Start();
        var port = ((IPEndPoint)camera.LocalEndpoint).Port;
        camera.Stop();
        Assert.Equal(ProbeAnswer.Absent, Probe($"rtsp://127.0.0.1:{port}/stream", forStream: false));
    }

    [Fact]
    public void A_host_that_takes_the_connection_and_says_nothing_is_absent()
    {
        using var camera = new TcpListener(IPAddress.Loopback, 0);
        camera.Start();
        Assert.Equal(ProbeAnswer.Absent, Probe($"rtsp://127.0.0.1:{((IPEndPoint)camera.LocalEndpoint).Port}/stream", forStream: false));
    }

    [Fact]
    public void A_camera_of_this_device_is_present_while_its_node_exists()
    {
        Assert.Equal(ProbeAnswer.Absent, Probe("/dev/video9999", forStream: false));
        Assert.Equal(ProbeAnswer.Present, Probe("/dev/null", forStream: false));
    }

    [Theory]
    [InlineData("clip.mp4")]
    [InlineData("file:///srv/clip.mp4")]
    public void A_clip_cannot_be_probed(string address) => Assert.Equal(ProbeAnswer.Unknown, Probe(address, forStream: false));

    [Theory]
    [InlineData("rtsp:///door/stream")]
    [InlineData("rtsp://:554/stream")]
    [InlineData("rtsp://?x")]
    [InlineData("rtsps:///stream")]
    [InlineData("rtsp://a b/stream")]
    [InlineData("rtsp://[::1/stream")]
    [InlineData("rtsp://t\u00fcr/stream")] // no request can be written for it
    [InlineData("rtsp://" + "a1234567890123456789012345678901234567890.a1234567890123456789012345678901234567890.a1234567890123456789012345678901234567890.a1234567890123456789012345678901234567890.a1234567890123456789012345678901234567890.a1234567890123456789012345678901234567890.a1234567890/x")]
    public void An_address_without_a_host_to_connect_to_cannot_be_probed(string address) => Assert.Equal(ProbeAnswer.Unknown, Probe(address, forStream: false));

    [Fact]
    public void An_own_pipeline_over_TCP_is_present_while_its_port_takes_connections()
    {
        using var camera = new TcpListener(IPAddress.Loopback, 0);
        camera.Start();
        var port = ((IPEndPoint)camera.LocalEndpoint).Port;
        ProbeAnswer Ask(string address) => CameraSource.Of(new CameraConfig { Id = "a", Address = address, Pipeline = "own" }).Probe(forStream: false, CancellationToken.None);
        Assert.Equal(ProbeAnswer.Present, Ask($"http://127.0.0.1:{port}/video"));
        Assert.Equal(ProbeAnswer.Present, Ask($"rtmp://127.0.0.1:{port}/live"));
        Assert.Equal(ProbeAnswer.Unknown, Ask($"udp://127.0.0.1:{port}"));
        Assert.Equal(ProbeAnswer.Unknown, Ask("clip.mp4"));
        camera.Stop();
        Assert.Equal(ProbeAnswer.Absent, Ask($"http://127.0.0.1:{port}/video"));
    }

    private static ProbeAnswer Probe(string address, bool forStream) => CameraSource.Of(address).Probe(forStream, CancellationToken.None);

    private static async Task<string> AnswerAsync(TcpListener camera, string answer)
    {
        using var client = await camera.AcceptSocketAsync();
        var buffer = new byte[1000];
        var count = await client.ReceiveAsync(buffer);
        await client.SendAsync(Encoding.ASCII.GetBytes(answer));
        return Encoding.ASCII.GetString(buffer, 0, count);
    }
}
