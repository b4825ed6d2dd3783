using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace EdgePose.Web.Tests;

/// <summary>What a browser gets by the WebSocket, and what it costs.</summary>
public sealed class LiveTests
{
    private const string Pictures = """{"cameras":["lobby"],"pictures":true}""";
    private const string SkeletonsAlone = """{"cameras":["lobby"],"pictures":false}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_nobody_looks_no_picture_is_encoded_and_no_byte_is_made()
    {
        await using var rig = await PageRig.StartAsync(PageRig.Config());
        await rig.SeeFramesAsync(60);
        Assert.Equal((0, 0), (rig.Hub.PicturesMade, rig.Hub.BytesMade));

        using (var socket = await rig.LookAsync(Pictures))
        {
            await FramesAsync(socket, 3);
        }

        await PageRig.UntilAsync(() => rig.Hub.ViewerCount == 0);
        await rig.SeeFramesAsync((int)rig.Service.Meter.Frames + 5); // what was under way
        var made = (rig.Hub.PicturesMade, rig.Hub.BytesMade);
        Assert.True(made.PicturesMade >= 3);
        await rig.SeeFramesAsync((int)rig.Service.Meter.Frames + 60);
        Assert.Equal(made, (rig.Hub.PicturesMade, rig.Hub.BytesMade));
    }

    [Fact]
    public async Task A_viewer_gets_people_and_picture_of_the_same_frame()
    {
        await using var rig = await PageRig.StartAsync(PageRig.Config());
        using var socket = await rig.LookAsync(Pictures);
        foreach (var (header, jpeg) in await FramesAsync(socket, 5))
        {
            Assert.Equal("lobby", header.GetProperty("camera").GetString());
            Assert.Equal([0xFF, 0xD8, 0xFF], jpeg[..3]);
        }

        Assert.Contains(await FramesAsync(socket, 20), frame => frame.Header.GetProperty("people").GetArrayLength() > 0);
    }

    [Fact]
    public async Task A_viewer_of_skeletons_alone_costs_no_picture()
    {
        await using var rig = await PageRig.StartAsync(PageRig.Config());
        using var socket = await rig.LookAsync(SkeletonsAlone);
        Assert.All(await FramesAsync(socket, 5), frame => Assert.Empty(frame.Jpeg));
        Assert.Equal(0, rig.Hub.PicturesMade);
    }

    [Fact]
    public async Task Two_viewers_share_one_encoding_and_the_rate_is_capped()
    {
        var config = PageRig.Config();
        await using var rig = await PageRig.StartAsync(config with { Page = config.Page with { MaxRateHertz = 2 } });
        using var one = await rig.LookAsync(Pictures);
        using var other = await rig.LookAsync(Pictures);
        await FramesAsync(one, 1);
        await FramesAsync(other, 1);
        var (start, made, seen) = (TimeProvider.System.GetTimestamp(), rig.Hub.PicturesMade, rig.Service.Meter.Frames);
        await FramesAsync(one, 5);
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;

        Assert.True(rig.Hub.PicturesMade - made <= (seconds * 2) + 2, $"{rig.Hub.PicturesMade - made} pictures in {seconds:0.0} s");
        Assert.True(rig.Service.Meter.Frames - seen >= 5);
    }

    [Fact]
    public async Task The_state_of_the_device_comes_at_once_and_names_camera_network_and_broker()
    {
        await using var rig = await PageRig.StartAsync(PageRig.Config());
        await rig.SeeFramesAsync(1);
        using var socket = await rig.LookAsync();
        while (true)
        {
            var (type, bytes) = await PageRig.ReceiveAsync(socket);
            var message = JsonDocument.Parse(bytes).RootElement;
            Assert.Equal(WebSocketMessageType.Text, type);
            if (message.GetProperty("kind").GetString() == "status")
            {
                Assert.Equal("lobby", message.GetProperty("device").GetProperty("cameras")[0].GetProperty("camera").GetString());
                Assert.Equal("Cpu", message.GetProperty("device").GetProperty("network").GetProperty("providerRan").GetString());
                Assert.False(message.GetProperty("broker").GetProperty("connected").GetBoolean());
                Assert.NotEmpty(message.GetProperty("limbs").EnumerateArray());
                return;
            }
        }
    }

    [Fact]
    public async Task A_flood_ends_the_connection_and_no_other()
    {
        await using var rig = await PageRig.StartAsync(PageRig.Config());
        using var good = await rig.LookAsync(SkeletonsAlone);
        using var flood = await rig.LookAsync();
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            for (var i = 0; i < 5000; i++)
            {
                await PageRig.SendAsync(flood, SkeletonsAlone);
            }

            Assert.Equal(WebSocketCloseStatus.PolicyViolation, await CloseAsync(flood));
            throw new InvalidOperationException("closed as promised");
        });
        await PageRig.UntilAsync(() => rig.Hub.ViewerCount == 1);
        Assert.NotEmpty(await FramesAsync(good, 2));
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("[]")]
    [InlineData("""{"cameras":"lobby","pictures":true}""")]
    [InlineData("""{"cameras":[1],"pictures":true}""")]
    [InlineData("""{"cameras":[[["deep"]]],"pictures":true}""")]
    [InlineData("")]
    public async Task What_is_no_request_ends_the_connection(string text)
    {
        await using var rig = await PageRig.StartAsync(PageRig.Config());
        using var socket = await rig.LookAsync(text);
        Assert.Equal(WebSocketCloseStatus.InvalidPayloadData, await CloseAsync(socket));
        using var longer = await rig.LookAsync(new string(' ', 100_000));
        Assert.Equal(WebSocketCloseStatus.InvalidPayloadData, await CloseAsync(longer));
    }

    [Fact]
    public async Task A_ninth_browser_is_refused_and_a_place_is_free_again_when_one_goes()
    {
        await using var rig = await PageRig.StartAsync(PageRig.Config());
        var sockets = new List<ClientWebSocket>();
        for (var i = 0; i < 8; i++)
        {
            sockets.Add(await rig.LookAsync());
        }

        Assert.Contains("503", (await Assert.ThrowsAsync<WebSocketException>(() => rig.LookAsync())).Message, StringComparison.Ordinal);
        sockets.ForEach(socket => socket.Dispose());
        await PageRig.UntilAsync(() => rig.Hub.ViewerCount == 0);
        using var next = await rig.LookAsync(SkeletonsAlone);
        Assert.NotEmpty(await FramesAsync(next, 1));
    }

    private static async Task<WebSocketCloseStatus?> CloseAsync(ClientWebSocket socket)
    {
        while ((await PageRig.ReceiveAsync(socket)).Type != WebSocketMessageType.Close)
        {
            // states that were under way
        }

        return socket.CloseStatus;
    }

    private static async Task<List<(JsonElement Header, byte[] Jpeg)>> FramesAsync(ClientWebSocket socket, int count)
    {
        var frames = new List<(JsonElement, byte[])>();
        while (frames.Count < count)
        {
            Stop.ThrowIfCancellationRequested();
            var (type, bytes) = await PageRig.ReceiveAsync(socket);
            if (type == WebSocketMessageType.Binary)
            {
                var length = BitConverter.ToInt32(bytes, 0);
                frames.Add((JsonDocument.Parse(Encoding.UTF8.GetString(bytes, 4, length)).RootElement, bytes[(4 + length)..]));
            }
        }

        return frames;
    }
}
