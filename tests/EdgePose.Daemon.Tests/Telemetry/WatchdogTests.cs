using System.Net.Sockets;
using System.Text;
using EdgePose.Daemon.Hosting;

namespace EdgePose.Daemon.Tests.Telemetry;

/// <summary>systemd's side is played by the test, on a real datagram socket.</summary>
public sealed class WatchdogTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-notify-").FullName;
    private readonly Socket systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly CancellationTokenSource stop = new();

    public WatchdogTests()
    {
        systemd.Bind(new UnixDomainSocketEndPoint(Address));
        systemd.ReceiveTimeout = (int)Patience.Span.TotalMilliseconds;
    }

    private string Address => Path.Combine(folder, "notify");

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
        systemd.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Every_message_is_one_datagram_of_the_protocol()
    {
        using var manager = new ServiceManager(Address);
        manager.Ready();
        manager.Status("two\nlines");
        manager.Alive();
        manager.Stopping();
        Assert.Equal(["READY=1", "STATUS=two lines", "WATCHDOG=1", "STOPPING=1"], [Receive(), Receive(), Receive(), Receive()]);
        Assert.Null(manager.WatchdogLimit);
    }

    [Fact]
    public void A_name_of_the_abstract_namespace_is_reached()
    {
        var name = $"edgepose-test-{Guid.NewGuid():N}";
        using var other = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        other.Bind(new UnixDomainSocketEndPoint("\0" + name));
        using var manager = new ServiceManager("@" + name);
        manager.Ready();
        var buffer = new byte[100];
        Assert.Equal("READY=1", Encoding.UTF8.GetString(buffer, 0, other.Receive(buffer)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/no/such/socket")]
    public void Without_a_service_manager_nothing_happens(string? address)
    {
        using var manager = new ServiceManager(address, "1000000");
        manager.Ready();
        manager.Stopping();
    }

    [Fact]
    public async Task A_pipeline_that_hangs_gets_no_sign_of_life_and_one_that_waits_for_cameras_does()
    {
        using var release = new ManualResetEventSlim();
        using var rig = new PipelineRig { OnPublish = release.Wait };
        using var manager = new ServiceManager(Address, "400000");
        var log = new ListLogger();
        rig.Start(); // no camera sends anything
        var watching = new Watchdog(manager, rig.Meter, TimeProvider.System, log).RunAsync(stop.Token);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("WATCHDOG=1", Receive());
        }

        rig.Shoot(200);
        Assert.True(rig.Until(() => log.Text.Length > 0));
        Assert.Contains("has been at one step for", Assert.Single(log.Text.Split('\n')), StringComparison.Ordinal);
        Drain();
        systemd.ReceiveTimeout = 1000;
        Assert.Throws<SocketException>(Receive); // five times the interval

        release.Set();
        systemd.ReceiveTimeout = (int)Patience.Span.TotalMilliseconds;
        Assert.Equal("WATCHDOG=1", Receive());
        await stop.CancelAsync();
        await watching;
    }

    private string Receive()
    {
        var buffer = new byte[1000];
        return Encoding.UTF8.GetString(buffer, 0, systemd.Receive(buffer));
    }

    private void Drain()
    {
        while (systemd.Available > 0)
        {
            Receive();
        }
    }
}
