using System.Net;
using EdgePose.Daemon.Networks;
using EdgePose.Inference;
using EdgePose.Daemon.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace EdgePose.Web.Tests;

/// <summary>What supervisors are told, also while the daemon starts.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task A_daemon_is_ready_when_its_network_is_open_and_alive_before()
    {
        using var gate = new ManualResetEventSlim();
        await using var rig = await PageRig.StartAsync(PageRig.Config(), services => services.AddSingleton<OpenNetwork>((plan, progress) =>
        {
            gate.Wait(Patience.Span);
            return NetworkOpener.Open(plan, progress);
        }));

        using var early = await rig.Client.GetAsync("/readyz", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "the network is not open yet\n"), (early.StatusCode, await early.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        Assert.Equal("ok\n", await rig.Client.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
        gate.Set();
        await PageRig.UntilAsync(() => rig.Service.Live is { IsRunning: true });
        Assert.Equal("ok\n", await rig.Client.GetStringAsync("/readyz", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_step_that_hangs_makes_the_daemon_unhealthy()
    {
        await using var rig = await PageRig.StartAsync(PageRig.Config() with { Network = PageRig.Config().Network with { HangLimitSeconds = 3600 } });
        await rig.SeeFramesAsync(1);
        Assert.Equal("ok\n", await rig.Client.GetStringAsync("/healthz", TestContext.Current.CancellationToken));

        var health = new Serving.Health(() => TimeSpan.FromSeconds(3601), () => rig.Service.Live);
        Assert.Equal((false, "a step of the pipeline hangs\n"), health.Alive());
        Assert.Equal((false, "a step of the pipeline hangs\n"), health.Ready());
    }

    [Fact]
    public async Task A_port_that_is_taken_leaves_the_daemon_running_without_its_page()
    {
        await using var first = await PageRig.StartAsync(PageRig.Config());
        var config = PageRig.Config() with { Page = new PageConfig { Port = first.Address.Port } };
        await using var second = await PageRig.StartAsync(config, waitsForPage: false);
        await second.SeeFramesAsync();
        Assert.False(second.IsPageOpen);
    }
}
