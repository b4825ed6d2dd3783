using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace EdgePose.Daemon.Tests.Telemetry;

public sealed class HangGuardTests
{
    [Fact]
    public async Task A_step_beyond_the_limit_ends_the_program_with_its_exit_code_and_a_line_that_says_why()
    {
        var (meter, log, codes) = (new PipelineMeter(TimeProvider.System), new ListLogger(), new List<int>());
        meter.Processing.Begin();
        await new HangGuard(meter, () => TimeSpan.FromSeconds(0.3), codes.Add, TimeProvider.System, log).RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal([ExitCodes.Software], codes);
        Assert.Contains("network.hangLimitSeconds", Assert.Single(log.Text.Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipeline_that_waits_or_works_in_short_steps_is_left_alone()
    {
        var time = new FakeTimeProvider();
        var (meter, codes) = (new PipelineMeter(time), new List<int>());
        using var stop = new CancellationTokenSource();
        var guarding = new HangGuard(meter, () => TimeSpan.FromSeconds(0.9), codes.Add, time, new ListLogger()).RunAsync(stop.Token);
        for (var i = 0; i < 100; i++)
        {
            meter.Preparing.Begin();
            time.Advance(TimeSpan.FromSeconds(0.2));
            await Task.Yield();
            meter.Preparing.End();
        }

        time.Advance(TimeSpan.FromSeconds(10)); // waits for frames
        await Task.Yield();
        await stop.CancelAsync();
        await guarding;
        Assert.Empty(codes);
    }
}
