
namespace EdgePose.Daemon.Tests;

public sealed class PipelineTests
{
    [Fact]
    public void Maps_that_are_not_finite_give_no_pose_are_counted_and_harm_no_other_frame()
    {
        using var rig = new PipelineRig();
        rig.Start();
        foreach (var (grey, done) in new[] { ((byte)200, 1L), ((byte)0, 2L), ((byte)0, 3L), ((byte)90, 4L) })
        {
            rig.Shoot(grey);
            Assert.True(rig.Until(() => rig.Feed.Counts.Inferred + rig.Feed.Counts.Faulty == done));
        }

        rig.Stop();
        Assert.Equal((2, 2), (rig.Feed.Counts.Inferred, rig.Feed.Counts.Faulty));
        Assert.Equal([0L, 3L], rig.Published);
    }

    [Fact]
    public void Every_frame_that_arrives_is_inferred_or_dropped_for_a_cause_that_is_counted()
    {
        using var rig = new PipelineRig(maxFps: 10) { OnPublish = () => Thread.Sleep(120) };
        rig.Start();
        var shot = 0;
        for (; shot < 100 || rig.Feed.Counts.Capped == 0 || rig.Feed.Counts.Superseded == 0; shot++)
        {
            Assert.True(shot < 5000, $"{rig.Feed.Counts.Capped} capped, {rig.Feed.Counts.Superseded} superseded");
            rig.Shoot(shot % 10 == 0 ? (byte)0 : (byte)200);
            Thread.Sleep(10);
        }

        bool Drained() => rig.Feed.Counts.Inferred + rig.Feed.Counts.Faulty + rig.Feed.Counts.Superseded + rig.Feed.Counts.Capped == rig.Feed.Counts.Received;
        Assert.True(rig.Until(Drained));
        Assert.Equal(shot, rig.Feed.Counts.Received);
        Assert.NotEqual(0, rig.Feed.Counts.Capped); // within 0.1 s of the frame before
        Assert.NotEqual(0, rig.Feed.Counts.Superseded); // due, but the sink was slow
    }

    [Fact]
    public void The_tracks_of_a_camera_that_falls_silent_end_without_another_frame()
    {
        using var rig = new PipelineRig(maxHiddenSeconds: 1);
        rig.SeePerson();
        rig.Shoot(200);
        rig.Start();
        Assert.True(rig.Until(() => rig.Feed.Counts.Inferred == 1));
        Assert.Empty(rig.EndedTracks); // hidden, but not for long
        Assert.True(rig.Until(() => rig.EndedTracks.Count > 0));
        Assert.Equal([1L], rig.EndedTracks);
        Assert.False(rig.Tracker.HasTracks);
    }

    [Fact]
    public void The_tracks_of_a_file_end_when_its_last_frame_is_done()
    {
        using var rig = new PipelineRig(maxHiddenSeconds: 60);
        rig.SeePerson();
        rig.Shoot(200);
        rig.Feed.End();
        rig.Start();
        Assert.True(rig.Until(() => rig.EndedTracks.Count > 0));
        Assert.Equal([0L], rig.Published);
    }

    [Fact]
    public void When_the_pipeline_stops_every_track_ends()
    {
        using var rig = new PipelineRig(maxHiddenSeconds: 60);
        rig.SeePerson();
        rig.Shoot(200);
        rig.Start();
        Assert.True(rig.Until(() => rig.Feed.Counts.Inferred == 1));
        rig.Stop();
        Assert.Equal([1L], rig.EndedTracks);
    }

    [Fact]
    public void A_clock_that_starts_again_ends_the_tracks_of_the_old_one()
    {
        using var rig = new PipelineRig(maxHiddenSeconds: 60);
        rig.SeePerson();
        rig.Start();
        rig.Shoot(200, atSeconds: 50);
        Assert.True(rig.Until(() => rig.Feed.Counts.Inferred == 1));
        Assert.Empty(rig.EndedTracks);
        rig.Shoot(200, atSeconds: 0);
        Assert.True(rig.Until(() => rig.Feed.Counts.Inferred == 2));
        Assert.Equal([1L], rig.EndedTracks);
    }

    [Theory]
    [InlineData(24, 16, false)]
    [InlineData(23, 16, true)]
    [InlineData(24, 15, true)]
    public void Tracks_end_before_the_first_frame_of_another_size_and_only_then(int widthPx, int heightPx, bool ends)
    {
        using var rig = new PipelineRig(maxHiddenSeconds: 60);
        rig.SeePerson();
        rig.Shoot(200); // the tracker has seen no frame of any size before
        rig.Start();
        Assert.True(rig.Until(() => rig.Feed.Counts.Inferred == 1));
        Assert.Empty(rig.EndedTracks);
        rig.Shoot(200, widthPx, heightPx);
        Assert.True(rig.Until(() => rig.Feed.Counts.Inferred == 2));
        Assert.Equal(ends ? [1L] : [], rig.EndedTracks);
        Assert.Equal(!ends, rig.Tracker.HasTracks);
    }
}
