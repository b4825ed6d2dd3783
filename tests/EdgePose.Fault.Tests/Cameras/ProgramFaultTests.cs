using System.Diagnostics.Metrics;
using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using EdgePose.Cameras.Supervision;
using EdgePose.Tracking;

namespace EdgePose.Fault.Tests.Cameras;

/// <summary>Faults of the daemon's own program in the middle of a camera's turn: told whole, tried again, and never another camera's matter.</summary>
public sealed class ProgramFaultTests : IDisposable
{
    private const string Reason = "made by the test";
    private readonly ListLogger log = new();
    private readonly FrameSignal signal = new();
    private readonly CameraSet set = new([]);
    private readonly BrokenClock clock = new();
    private readonly CameraCrew crew;

    public ProgramFaultTests() => crew = new CameraCrew(set, signal, Supervise, TimeProvider.System, new Meter("test"), log);

    [Fact]
    public void An_address_that_cannot_be_knocked_at_is_offline_and_tried_again()
    {
        using var rig = new CameraRig(new CameraConfig { Id = "test", Address = "rtsp:///door/stream" }); // the configuration refuses it
        Assert.True(rig.Until(() => rig.Supervisor.Status.Restarts >= 1), rig.Log.Text + rig.Supervisor.Status);
        Assert.DoesNotContain("fault of the program", rig.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_the_program_is_logged_whole_told_in_the_state_and_tried_again_after_a_pause()
    {
        await crew.ChangeAsync([Plan("bad")], Nobody, TestContext.Current.CancellationToken);
        var camera = crew.Supervisors[0];
        Assert.True(await Recorder.Until(() => camera.Status.Restarts >= 2), log.Text + camera.Status);
        Assert.True(await Recorder.Until(() => camera.Status.State == CameraState.Offline), log.Text + camera.Status);
        Assert.Equal(CameraFault.DecoderFailed, camera.Status.Fault);
        Assert.Contains($"InvalidOperationException: {Reason}", camera.Status.Message, StringComparison.Ordinal);
        Assert.Matches($"bad: a fault of the program[^\\n]*Next try in (0|1)\\.[0-9] s\\n[^\\n]*{Reason}\\n *at ", log.Text);
        clock.MakesTimers = true;
        Assert.True(await Recorder.Until(() => camera.Status.State == CameraState.Running), log.Text + camera.Status);
        await crew.StopAsync();
    }

    [Fact]
    public async Task A_listener_that_fails_costs_the_camera_nothing()
    {
        crew.Changed += _ => throw new InvalidOperationException(Reason);
        await crew.ChangeAsync([Plan("good")], Nobody, TestContext.Current.CancellationToken);
        Assert.True(await Recorder.Until(() => crew.Supervisors[0].Status.State == CameraState.Running), log.Text);
        Assert.Equal(0, crew.Supervisors[0].Status.Restarts);
        Assert.Contains(Reason, log.Text, StringComparison.Ordinal);
        await crew.StopAsync();
    }

    [Fact]
    public async Task A_camera_that_has_died_keeps_no_other_from_its_exchange_nor_the_crew_from_its_end()
    {
        await crew.ChangeAsync([Plan("bad"), Plan("good")], Nobody, TestContext.Current.CancellationToken);
        clock.Tells = false; // even what is done after a fault fails now
        Assert.True(await Recorder.Until(() => log.Text.Contains("Camera bad stopped by a fault of the program", StringComparison.Ordinal)), log.Text); // at once, not when it is stopped
        Assert.True(await Recorder.Until(() => crew.Supervisors[1].DecoderProcessId != 0), log.Text);
        var first = crew.Supervisors[1].DecoderProcessId;

        (clock.Tells, clock.MakesTimers) = (true, true);
        var changing = crew.ChangeAsync([Plan("bad"), Plan("good")], new HashSet<string> { "bad", "good" }, TestContext.Current.CancellationToken);
        Assert.True(await Recorder.Until(() => LetGo(changing)), log.Text);
        await changing;
        Assert.True(await Recorder.Until(() => crew.Supervisors.All(camera => camera.Status.State == CameraState.Running)), log.Text);
        Assert.NotEqual(first, crew.Supervisors[1].DecoderProcessId);

        (clock.Tells, clock.MakesTimers) = (false, false);
        Signals.Send(crew.Supervisors[0].DecoderProcessId, Signals.Kill);
        Assert.True(await Recorder.Until(() => log.Text.Split("Camera bad stopped").Length == 3), log.Text);
        await crew.StopAsync();
        Assert.All(crew.Supervisors, camera => Assert.Equal(0, camera.DecoderProcessId));
    }

    public void Dispose()
    {
        crew.Dispose();
        signal.Dispose();
    }

    private static IReadOnlySet<string> Nobody { get; } = new HashSet<string>();

    private static CameraPlan Plan(string id) => new(new CameraConfig { Id = id, Address = "unused" }, null);

    private CameraSupervisor Supervise(CameraPlan plan, CameraFeed feed, FramePool pool) =>
        new(feed, plan.Password, 456, 256, pool, ScriptedChild.Of($"while printf '{ScriptedChild.OneFrame}'; do sleep 0.1; done"), plan.Config.Id == "bad" ? clock : TimeProvider.System, log);

    /// <summary>What the pipeline does for cameras that are taken out.</summary>
    private bool LetGo(Task changing)
    {
        set.Adopt();
        while (set.TryTakeLeaving(out var feed))
        {
            feed.Go();
        }

        return changing.IsCompleted;
    }

    /// <summary>The system's clock, with faults in places where nobody expects one.</summary>
    private sealed class BrokenClock : TimeProvider
    {
        public volatile bool MakesTimers;
        public volatile bool Tells = true;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            MakesTimers ? base.CreateTimer(callback, state, dueTime, period) : throw new InvalidOperationException(Reason);

        public override DateTimeOffset GetUtcNow() => Tells ? base.GetUtcNow() : throw new InvalidOperationException(Reason);
    }
}
