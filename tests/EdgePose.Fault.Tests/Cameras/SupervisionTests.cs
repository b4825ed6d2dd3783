using System.Text.RegularExpressions;
using EdgePose.Cameras.Sources;
using EdgePose.Cameras.Supervision;
using EdgePose.Daemon;

namespace EdgePose.Fault.Tests.Cameras;

/// <summary>What a child, a camera or an operator's pipeline may do wrong without costing more than its own camera.</summary>
[Collection(nameof(SteadyStateTests))]
public sealed class SupervisionTests
{
    [Theory]
    [InlineData("GRAY8", 131)] // fewer bytes a row than BGRx
    [InlineData("I420", 130)]
    [InlineData("RGBx", 130)] // as many bytes a row, other colours
    public void A_pipeline_that_gives_no_BGRx_is_named_so_and_tried_again(string format, int width)
    {
        using var rig = new CameraRig(new CameraConfig
        {
            Id = "test",
            Address = "unused",
            Pipeline = $"videotestsrc ! video/x-raw,format={format},width={width},height=77 ! appsink name=frames",
        });
        Assert.True(rig.Until(() => rig.Supervisor.Status.Fault == CameraFault.PipelineInvalid, 10), rig.Log.Text + rig.Supervisor.Status);
        Assert.Contains("BGRx", rig.Supervisor.Status.Message, StringComparison.Ordinal);
        Assert.True(rig.Until(() => rig.Supervisor.Status.Restarts >= 1, 10), rig.Supervisor.Status.ToString());
        Assert.Equal(0, rig.Pool.Outside);
    }

    [Fact]
    public void A_child_that_talks_nonsense_costs_only_a_restart()
    {
        using var rig = new CameraRig(new CameraConfig { Id = "test", Address = "unused" }, command: ScriptedChild.Of("yes nonsense"));
        Assert.True(rig.Until(() => rig.Supervisor.Status.Restarts >= 1, 10), rig.Supervisor.Status.ToString());
        Assert.Contains("not a frame", rig.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(int.MaxValue, 1, int.MaxValue)]
    [InlineData(-1, -1, 1)]
    [InlineData(0, 0, 0)]
    [InlineData(4, 2, 8)] // a row shorter than its pixels
    public void A_head_that_lies_about_sizes_costs_only_a_restart(int stride, int height, int payload)
    {
        // Magic, kind, fault, payload, width, height, stride, the stream's size, clock; zeros for the times and the pixels.
        var bytes = ScriptedChild.Bytes([0x31465045, 1, 0, payload, 2, height, stride, 2, height, 0], zeros: 40 + 64);
        using var rig = new CameraRig(new CameraConfig { Id = "test", Address = "unused" }, command: ScriptedChild.Of($"printf '{bytes}'; sleep 1"));
        Assert.True(rig.Until(() => rig.Supervisor.Status.Restarts >= 1, 10), rig.Supervisor.Status.ToString());
        Assert.Contains("not a frame", rig.Log.Text, StringComparison.Ordinal);
        Assert.Equal(0, rig.Pool.Outside);
    }

    [Fact]
    public void A_child_that_floods_its_log_is_heard_a_few_lines_a_second_and_no_secret_passes()
    {
        const string secret = "s3cret-Pa55";
        var start = TimeProvider.System.GetTimestamp();
        using var rig = new CameraRig(
            new CameraConfig { Id = "test", Address = "unused" },
            secret,
            ScriptedChild.Of($"i=0; while [ $i -lt 3000 ]; do echo \"line rtsp://viewer:other@host/ {secret}\" >&2; i=$((i+1)); done; sleep 1"));
        Assert.True(rig.Until(() => rig.Supervisor.Status.Restarts >= 1, 15), rig.Supervisor.Status.ToString());
        Assert.Contains("line rtsp://", rig.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, rig.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("other@", rig.Log.Text, StringComparison.Ordinal);
        Assert.InRange(rig.Log.Text.Split('\n').Length, 2, 100 + (20 * TimeProvider.System.GetElapsedTime(start).TotalSeconds)); // of three thousand
    }

    [Fact]
    public void A_camera_that_sends_one_frame_and_dies_each_time_is_asked_less_and_less_often()
    {
        using var rig = new CameraRig(new CameraConfig
        {
            Id = "test",
            Address = "unused",
        }, command: ScriptedChild.Of("printf '" + ScriptedChild.OneFrame + "'"));
        // Not every pause has its line: a camera that comes and goes writes one a second.
        Assert.True(rig.Until(() => Regex.IsMatch(rig.Log.Text, "next try in (0|1)\\.[0-9] s[\\s\\S]*next try in [2-9]\\.[0-9] s"), 30), rig.Log.Text);
        Assert.True(rig.Until(() => rig.Supervisor.Status.Restarts >= 2, 15), rig.Supervisor.Status.ToString()); // the pause may just have begun
    }

    [Fact]
    public void A_password_that_looks_like_GStreamers_own_quoting_arrives_as_it_is()
    {
        const string password = "\"q\\uo te\"";
        using var server = RtspServer.Start("--user", "viewer", "--password", password);
        using var rig = new CameraRig(new CameraConfig { Id = "test", Address = server.Address, Username = "viewer" }, password);
        var frame = rig.Next();
        Assert.True(frame is not null, rig.Log.Text);
        frame.Release();
    }

    [Fact]
    public void A_child_that_takes_long_to_start_is_not_taken_for_hung()
    {
        using var rig = new CameraRig(new CameraConfig { Id = "test", Address = "unused" }, command: ScriptedChild.Of($"sleep 5; printf '{ScriptedChild.OneFrame}'; exec sleep 100"));
        Assert.True(rig.Until(() => rig.Supervisor.Status.State == CameraState.Running, 10), rig.Log.Text + rig.Supervisor.Status);
        Assert.Equal(0, rig.Supervisor.Status.Restarts);
    }

    [Fact]
    public void A_camera_that_falls_silent_is_stalled_within_seconds()
    {
        using var server = RtspServer.Start();
        using var rig = new CameraRig(new CameraConfig { Id = "test", Address = server.Address });
        rig.Next()!.Release();
        server.Freeze();
        Assert.True(rig.Until(() => rig.Supervisor.Status.State == CameraState.Offline, 8), rig.Supervisor.Status.ToString());
        Assert.Equal(CameraFault.Stalled, rig.Supervisor.Status.Fault);
    }
}
