using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgePose.Fault.Tests.Proxy;

/// <summary>The instrument itself: a fault that it does not make proves nothing.</summary>
public sealed class FaultProxyTests : IDisposable
{
    private static readonly byte[] Hello = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("0123456789", 100)));
    private readonly TcpListener server = new(IPAddress.Loopback, 0);
    private readonly FaultProxy proxy;

    public FaultProxyTests()
    {
        server.Start();
        proxy = new FaultProxy(((IPEndPoint)server.LocalEndpoint).Port);
    }

    public void Dispose()
    {
        proxy.Dispose();
        server.Dispose();
    }

    [Fact]
    public async Task Without_a_fault_bytes_pass_as_they_are_and_a_half_close_passes_on()
    {
        var (client, far) = await ConnectAsync();
        client.Send(Hello);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(Hello, await ReadToEndAsync(far));
        far.Send("bye"u8);
        far.Close();
        Assert.Equal("bye"u8.ToArray(), await ReadToEndAsync(client));
        Assert.Equal((Hello.Length, 3), (proxy.ToServer.Forwarded, proxy.ToClient.Forwarded));
    }

    [Fact]
    public async Task Latency_and_bandwidth_delay_bytes_by_so_much()
    {
        (proxy.ToServer.Latency, proxy.ToServer.BytesPerSecond) = (TimeSpan.FromSeconds(0.3), 2000);
        var (client, far) = await ConnectAsync();
        var start = TimeProvider.System.GetTimestamp();
        client.Send(Hello);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(Hello, await ReadToEndAsync(far));
        Assert.True(TimeProvider.System.GetElapsedTime(start).TotalSeconds >= 0.3 + 0.4); // 1000 bytes take half a second, less the last pause
    }

    [Fact]
    public async Task Slices_arrive_one_by_one()
    {
        (proxy.ToServer.SliceBytes, proxy.ToServer.BytesPerSecond) = (100, 5000);
        var (client, far) = await ConnectAsync();
        client.Send(Hello);
        var buffer = new byte[Hello.Length];
        Assert.InRange(await far.ReceiveAsync(buffer), 1, Hello.Length - 1);
    }

    [Fact]
    public async Task Flips_are_as_many_as_asked_and_the_same_for_a_seed()
    {
        using var twin = new FaultProxy(((IPEndPoint)server.LocalEndpoint).Port);
        proxy.ToServer.FlipsPerMillion = twin.ToServer.FlipsPerMillion = 50_000;
        var (first, second) = (await SendThroughAsync(proxy), await SendThroughAsync(twin));
        Assert.InRange(proxy.ToServer.Flipped, 20, 100); // 50 of 1000 are due
        Assert.Equal(proxy.ToServer.Flipped, first.Zip(Hello).Count(pair => pair.First != pair.Second));
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task A_limit_closes_in_good_order_after_just_so_many_bytes()
    {
        proxy.ToServer.CloseAfterBytes = 123;
        var (client, far) = await ConnectAsync();
        client.Send(Hello);
        Assert.Equal(Hello[..123], await ReadToEndAsync(far));
    }

    [Fact]
    public async Task A_reset_reaches_both_ends_and_new_connections_can_be_refused()
    {
        var (client, far) = await ConnectAsync();
        proxy.RefusesNew = true;
        proxy.ResetAll();
        foreach (var end in (Socket[])[client, far])
        {
            var reset = await Assert.ThrowsAsync<SocketException>(async () => await end.ReceiveAsync(new byte[1]));
            Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        }

        using var refused = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            await refused.ConnectAsync(IPAddress.Loopback, proxy.Port); // the reset may come before this is done
            await refused.ReceiveAsync(new byte[1]);
        });
    }

    [Fact]
    public async Task Swallowed_bytes_are_lost_and_held_ones_are_not()
    {
        var (client, far) = await ConnectAsync();
        proxy.ToServer.Swallows = true;
        client.Send("lost"u8);
        await Task.Delay(200);
        proxy.ToServer.Swallows = false;
        proxy.ToServer.Holds = true;
        client.Send("ab"u8); // taken by the read that was under way when the hold began
        await Task.Delay(200);
        client.Send("kept"u8);
        await Task.Delay(200);
        var buffer = new byte[100];
        Assert.Equal(2, await far.ReceiveAsync(buffer));
        Assert.Equal(0, far.Available);
        proxy.ToServer.Holds = false;
        Assert.Equal("kept", Encoding.ASCII.GetString(buffer, 0, await far.ReceiveAsync(buffer)));
    }

    [Fact]
    public async Task A_pulled_cable_leaves_a_connection_half_open_until_it_is_plugged_in_again()
    {
        if (NetworkNamespace.WhyNot is { } reason)
        {
            Assert.Skip(reason);
        }

        using var network = new NetworkNamespace();
        var (file, arguments) = network.Inside("/usr/bin/python3", "-c", "import socket\ns=socket.create_server(('0.0.0.0',20999))\nc,_=s.accept()\nwhile b:=c.recv(99): c.sendall(b)");
        using var echo = System.Diagnostics.Process.Start(file, arguments);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 1000 };
        Assert.True(await Recorder.Until(() => TryConnect(client, network.InnerAddress)), "the server inside is not to be reached");
        client.Send("a"u8);
        Assert.Equal(1, client.Receive(new byte[9]));
        network.Unplug();
        client.Send("b"u8); // taken by the kernel, which has been told nothing
        Assert.Throws<SocketException>(() => client.Receive(new byte[9]));
        network.Plug();
        client.ReceiveTimeout = 30_000;
        Assert.Equal(1, client.Receive(new byte[9]));
        echo.Kill();
        await echo.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private static bool TryConnect(Socket client, string address)
    {
        try
        {
            client.Connect(address, 20999);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<byte[]> SendThroughAsync(FaultProxy through)
    {
        var (client, far) = await ConnectAsync(through);
        client.Send(Hello);
        client.Shutdown(SocketShutdown.Send);
        return await ReadToEndAsync(far);
    }

    private Task<(Socket Client, Socket Far)> ConnectAsync() => ConnectAsync(proxy);

    private async Task<(Socket Client, Socket Far)> ConnectAsync(FaultProxy through)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, through.Port);
        return (client, await server.AcceptSocketAsync());
    }

    private static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        var all = new List<byte>();
        var buffer = new byte[1000];
        while (await socket.ReceiveAsync(buffer) is > 0 and var count)
        {
            all.AddRange(buffer[..count]);
        }

        return [.. all];
    }
}
