using System.Text.Json;
using EdgePose.Cameras.Decoder;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Reload;
using EdgePose.Daemon.Settings;
using EdgePose.Delivery.Broker;
using EdgePose.Inference;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgePose.Fault.Tests.Reload;

/// <summary>The daemon's services in this process, whose provider fails in the middle of a reload.</summary>
public sealed class FallbackDuringReloadTests : IDisposable
{
    private readonly PictureLoop pictures = new(greys: 20, whites: 5);
    private readonly NetworkFolder failing = new(new OnnxWriter(8, 0).Input("image", -1, 3, -1, -1).FailingOutput("heat", 19).Output("paf", 38).ToArray());
    private readonly NetworkFolder well = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("edgepose-fallback-");
    private readonly TaskCompletionSource<Thread> reloading = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim failed = new();
    private int opened;

    [Fact]
    public async Task A_provider_that_fails_in_the_middle_of_a_reload_delays_it_and_ends_no_watch_of_the_files()
    {
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        var path = Path.Combine(folder.FullName, "edgepose.json");
        await WriteAsync(path, broker, maxBatch: 1);
        var log = new ListLogger();
        var start = ConfigurationSnapshot.Take(path);
        var lastGood = new LastGoodConfiguration(Path.Combine(folder.FullName, "last-good.json"), device: null, host: null);
        using var host = Host(start.Result.Config!, log);
        await host.StartAsync(TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        using var reloader = new Reloader(new ConfigurationOrigin(path, start, lastGood), host.Services.GetRequiredService<EdgePoseService>(), new ServiceManager(null), TimeProvider.System, log);
        var watching = new ConfigurationWatch(reloader, TimeProvider.System).RunAsync(stop.Token);
        Assert.True(await Recorder.Until(() => recorder.Of("pose").Any()), log.Text);

        await WriteAsync(path, broker, maxBatch: 2);
        Assert.True(await Recorder.Until(() => log.Text.Contains("network changed: True", StringComparison.Ordinal)), log.Text);
        Assert.Contains("The next providers are tried", log.Text, StringComparison.Ordinal);
        Assert.True(Volatile.Read(ref opened) >= 4, log.Text); // the start, the reload, the fallback that took its turn, and the reload again

        await WriteAsync(path, broker, maxBatch: 3);
        Assert.True(await Recorder.Until(() => log.Text.Split("network changed: True").Length == 3), log.Text);
        Assert.False(watching.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        pictures.Dispose();
        failing.Dispose();
        well.Dispose();
        failed.Dispose();
        folder.Delete(recursive: true);
    }

    private Task WriteAsync(string path, Mosquitto broker, int maxBatch) => File.WriteAllTextAsync(path, JsonSerializer.Serialize(new
    {
        device = new { site = "test", id = "device" },
        network = new { manifest = failing.Manifest, inputWidthPx = 64, inputHeightPx = 64, maxBatch, providers = new[] { "cpu", "cuda" } },
        mqtt = new { address = broker.Address },
        spool = new { path = Path.Combine(folder.FullName, "spool.db") },
        cameras = new[] { new { id = "door", address = pictures.Folder, loop = true } },
    }));

    /// <summary>Opens the network that fails at the start, and ones that are well later; the reload's and the fallback's in such an order that the fallback takes the turn from a network that waits for it.</summary>
    private PoseNetwork Open(NetworkPlan plan, IProgress<string>? progress)
    {
        if (Interlocked.Increment(ref opened) == 1)
        {
            return NetworkOpener.Open(plan, progress);
        }

        if (!plan.Options.Failed.IsEmpty)
        {
            failed.Set();
            reloading.Task.GetAwaiter().GetResult().Join(); // gone once its network is in line
        }
        else if (reloading.TrySetResult(Thread.CurrentThread))
        {
            failed.Wait();
        }

        return NetworkOpener.Open(plan with { Manifest = NetworkManifest.Load(well.Manifest), Options = plan.Options with { Providers = [ExecutionProvider.Cpu], Failed = [] } }, progress);
    }

    private IHost Host(EdgePoseConfig config, ListLogger log)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(log);
        builder.Services.AddSingleton(new ServiceManager(notifySocket: null));
        builder.Services.AddSingleton(new DecoderCommand(Path.Combine(AppContext.BaseDirectory, "edgepose"), ["decode"]));
        builder.Services.AddSingleton<OpenNetwork>(Open);
        builder.Services.AddDaemon(config);
        return builder.Build();
    }
}
