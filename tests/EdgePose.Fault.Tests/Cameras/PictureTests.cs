using EdgePose.Cameras.Sources;
using EdgePose.Cameras.Supervision;

namespace EdgePose.Fault.Tests.Cameras;

/// <summary>Frozen and black pictures over a real encoder and decoder, and still scenes that are neither.</summary>
public sealed class PictureTests
{
    private const double FlaggedLimit = 10;
    private const string Quick = "tune=zerolatency speed-preset=ultrafast key-int-max=10"; // a key frame a second, at a good rate
    private const string Sparing = "tune=zerolatency speed-preset=veryfast key-int-max=40 pass=quant quantizer=32"; // one in four seconds, noise left out in between

    private static readonly SideBySide Tests = new(new()
    {
        [Quick] = () => TellsFrozenAndBlack(Quick),
        [Sparing] = () => TellsFrozenAndBlack(Sparing),
        ["still"] = BearsAStillScene,
    });

    [Theory]
    [InlineData(Quick)]
    [InlineData(Sparing)]
    public Task A_frozen_or_black_picture_is_flagged_within_10_s_and_a_still_scene_with_noise_is_not(string encoder) => Tests.Of(encoder);

    [Fact]
    public Task A_still_scene_whose_noise_the_encoder_leaves_out_is_not_frozen() => Tests.Of("still");

    private static void TellsFrozenAndBlack(string encoder)
    {
        using var server = RtspServer.Start("--scene", "--width", "320", "--height", "180", "--fps", "10", "--encoder", encoder);
        using var rig = new CameraRig(new CameraConfig { Id = "test", Address = server.Address });
        var told = 0;
        rig.Supervisor.Changed += status => told += status.Picture is PictureState.Frozen or PictureState.Black ? 1 : 0;
        rig.SecondsUntil(() => rig.IsRunning, 30, "the camera runs");
        Assert.False(rig.HappensWithin(15, () => Picture(rig) != PictureState.Good), $"a still scene with noise is {Picture(rig)}");

        server.Show("freeze");
        var frozen = rig.SecondsUntil(() => Picture(rig) == PictureState.Frozen, FlaggedLimit, "frozen");
        server.Show("move");
        var moves = rig.SecondsUntil(() => Picture(rig) == PictureState.Good, 6, "good again");
        server.Show("black");
        var black = rig.SecondsUntil(() => Picture(rig) == PictureState.Black, FlaggedLimit, "black");
        server.Show("night");
        var night = rig.SecondsUntil(() => Picture(rig) == PictureState.Good, 6, "a dark scene is not black");
        Assert.False(rig.HappensWithin(15, () => Picture(rig) != PictureState.Good), $"night noise is {Picture(rig)}");

        Measured.Say($"pictures, x264enc {encoder}", $"frozen after {frozen:0.0} s, black after {black:0.0} s (promised 10); taken back after {moves:0.0} s and {night:0.0} s; still scene and night for 15 s each: {rig.Supervisor.Status.PictureFaults - 2} false alarms");
        Assert.Equal((2, 2), (rig.Supervisor.Status.PictureFaults, told));
        Assert.Equal(4, rig.Log.Text.Split('\n').Count(line => line.Contains("the picture is", StringComparison.Ordinal)));
        Assert.Equal(0, rig.Supervisor.Status.Restarts);
    }

    private static void BearsAStillScene()
    {
        // Between key frames such an encoder repeats the picture bit for bit, for four seconds each time.
        using var server = RtspServer.Start("--scene", "--width", "320", "--height", "180", "--fps", "10", "--encoder", "tune=zerolatency speed-preset=veryfast key-int-max=40 pass=quant quantizer=44");
        using var rig = new CameraRig(new CameraConfig { Id = "test", Address = server.Address });
        rig.SecondsUntil(() => rig.IsRunning, 30, "the camera runs");
        var flagged = rig.HappensWithin(Nightly.Rounds(30, 600), () => Picture(rig) != PictureState.Good);
        Measured.Say("a still scene at quantiser 44", $"{rig.Supervisor.Status.PictureFaults} false alarms in {Nightly.Rounds(30, 600)} s");
        Assert.False(flagged, $"it is {Picture(rig)}");
    }

    private static PictureState Picture(CameraRig rig) => rig.Supervisor.Status.Picture;
}
