using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgePose.Cameras.Sources;

namespace EdgePose.Daemon.Tests.Cameras;

public sealed class KnockTests
{
    [Theory]
    [InlineData("RTSP/1.0 200 OK", KnockAnswer.Open)]
    [InlineData("RTSP/1.0 401 Unauthorized", KnockAnswer.Open)]
    [InlineData("RTSP/1.0 404 Not Found", KnockAnswer.Closed)]
    [InlineData("RTSP/1.0 503 Service Unavailable", KnockAnswer.Closed)]
    [InlineData("HTTP/1.1 200 OK", KnockAnswer.Closed)]
    public async Task The_status_of_the_answer_tells(string status, object expected)
    {
        using var camera = new TcpListener(IPAddress.Loopback, 0);
        camera.Start();
        var asked = AnswerAsync(camera, status + "\r\n\r\n");
        Assert.Equal((KnockAnswer)expected, Knock.At($"rtsp://127.0.0.1:{((IPEndPoint)camera.LocalEndpoint).Port}/stream", forStream: true, CancellationToken.None));
        Assert.StartsWith("DESCRIBE rtsp://127.0.0.1:", await asked, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_where_nobody_listens_is_closed()
    {
        using var camera = new TcpListener(IPAddress.Loopback, 0);
        camera.Start();
        var port = ((IPEndPoint)camera.LocalEndpoint).Port;
        camera.Stop();
        Assert.Equal(KnockAnswer.Closed, Knock.At($"rtsp://127.0.0.1:{port}/stream", forStream: false, CancellationToken.None));
    }

    [Fact]
    public void A_host_that_takes_the_connection_and_says_nothing_is_closed()
    {
        using var camera = new TcpListener(IPAddress.Loopback, 0);
        camera.Start();
        Assert.Equal(KnockAnswer.Closed, Knock.At($"rtsp://127.0.0.1:{((IPEndPoint)camera.LocalEndpoint).Port}/stream", forStream: false, CancellationToken.None));
    }

    [Fact]
    public void A_camera_of_this_device_is_open_while_its_node_is_there()
    {
        Assert.Equal(KnockAnswer.Closed, Knock.At("/dev/video9999", forStream: false, CancellationToken.None));
        Assert.Equal(KnockAnswer.Open, Knock.At("/dev/null", forStream: false, CancellationToken.None));
    }

    [Theory]
    [InlineData("clip.mp4")]
    [InlineData("file:///srv/clip.mp4")]
    public void A_clip_cannot_be_knocked_at(string address) => Assert.Equal(KnockAnswer.Unknown, Knock.At(address, forStream: false, CancellationToken.None));

    [Theory]
    [InlineData("rtsp:///door/stream")]
    [InlineData("rtsp://:554/stream")]
    [InlineData("rtsp://?x")]
    [InlineData("rtsps:///stream")]
    [InlineData("rtsp://a b/stream")]
    [InlineData("rtsp://[::1/stream")]
    [InlineData("rtsp://t\u00fcr/stream")] // no request can be written for it
    [InlineData("rtsp://" + "a1234567890123456789012345678901234567890.a1234567890123456789012345678901234567890.a1234567890123456789012345678901234567890.a1234567890123456789012345678901234567890.a1234567890123456789012345678901234567890.a1234567890123456789012345678901234567890.a1234567890/x")]
    public void An_address_without_a_host_that_could_be_dialled_cannot_be_knocked_at(string address) => Assert.Equal(KnockAnswer.Unknown, Knock.At(address, forStream: false, CancellationToken.None));

    private static async Task<string> AnswerAsync(TcpListener camera, string answer)
    {
        using var client = await camera.AcceptSocketAsync();
        var buffer = new byte[1000];
        var count = await client.ReceiveAsync(buffer);
        await client.SendAsync(Encoding.ASCII.GetBytes(answer));
        return Encoding.ASCII.GetString(buffer, 0, count);
    }
}
