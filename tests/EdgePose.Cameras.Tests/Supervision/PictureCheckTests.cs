using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Supervision;
using Microsoft.Extensions.Time.Testing;

namespace EdgePose.Cameras.Tests.Supervision;

public sealed class PictureCheckTests
{
    private const int WidthPx = 96, HeightPx = 64;
    private readonly FakeTimeProvider time = new();
    private readonly FramePool pool = new(2);
    private readonly Random random = new(1);
    private readonly PictureCheck check;
    private readonly List<PictureState> told = [];

    public PictureCheckTests()
    {
        check = new PictureCheck(time);
        check.Changed += told.Add;
    }

    [Fact]
    public void Key_frames_that_are_equal_for_five_seconds_are_a_frozen_picture_told_once()
    {
        Show(20, noise: 0);
        Assert.Equal([PictureState.Frozen], told);
        Show(1, noise: 2);
        Assert.Equal([PictureState.Frozen, PictureState.Good], told);
        Assert.Equal(1, check.Faults);
    }

    [Fact]
    public void A_freeze_is_found_within_ten_seconds_when_key_frames_are_four_apart()
    {
        Show(12, noise: 2, keyEvery: 4);
        Show(10, noise: 0, keyEvery: 4);
        Assert.Equal(PictureState.Frozen, check.State);
    }

    [Fact]
    public void A_sensors_noise_in_the_key_frames_alone_is_enough_not_to_be_frozen()
    {
        // Between key frames the encoder repeats the picture bit for bit.
        Show(60, noise: 1, keyEvery: 8, repeatsBetween: true);
        Assert.Equal(PictureState.Good, check.State);
        Assert.Empty(told);
    }

    [Fact]
    public void One_changed_byte_in_a_key_frame_is_enough_not_to_be_frozen()
    {
        for (var second = 0; second < 20; second++)
        {
            Look(grey: 80, noise: 0, FrameCoding.Whole, change: second);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Empty(told);
    }

    [Fact]
    public void Motion_between_equal_key_frames_is_not_frozen()
    {
        // A clip that is as long as the distance of key frames, played over and over.
        for (var round = 0; round < 20; round++)
        {
            Look(80, 0, FrameCoding.Whole);
            time.Advance(TimeSpan.FromSeconds(0.5));
            Look(140, 0, FrameCoding.Difference);
            time.Advance(TimeSpan.FromSeconds(0.5));
        }

        Assert.Empty(told);
    }

    [Fact]
    public void Steps_of_refinement_after_equal_key_frames_are_frozen_all_the_same()
    {
        for (var round = 0; round < 8; round++)
        {
            Look(80, 0, FrameCoding.Whole);
            time.Advance(TimeSpan.FromSeconds(0.5));
            Look(84, 0, FrameCoding.Difference);
            time.Advance(TimeSpan.FromSeconds(0.5));
        }

        Assert.Equal([PictureState.Frozen], told);
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(8, 3, true)] // a covered lens
    [InlineData(30, 6, false)] // a dark scene
    public void Black_is_what_is_no_brighter_than_videos_black(int grey, int noise, bool black)
    {
        Show(9, noise, grey: grey);
        Assert.Equal(black ? PictureState.Black : PictureState.Good, check.State);
    }

    [Fact]
    public void A_dark_scene_with_one_lit_window_is_not_black()
    {
        for (var second = 0; second < 10; second++)
        {
            Look(8, 3, FrameCoding.Whole, window: 200);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(PictureState.Good, check.State);
    }

    [Fact]
    public void Where_key_frames_cannot_be_seen_a_minute_must_pass()
    {
        for (var second = 0; second < 59; second++)
        {
            Look(80, 0, FrameCoding.Unknown);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(PictureState.Good, check.State);
        time.Advance(TimeSpan.FromSeconds(2));
        Look(80, 0, FrameCoding.Unknown);
        Assert.Equal(PictureState.Frozen, check.State);
    }

    [Fact]
    public void A_look_allocates_nothing()
    {
        Show(1, noise: 0);
        var frame = Frame(80, 0, 0, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            check.Look(frame, FrameCoding.Whole);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void Show(int seconds, int noise, int keyEvery = 1, bool repeatsBetween = false, int grey = 80)
    {
        var pixels = Array.Empty<byte>();
        for (var i = 0; i < seconds * 4; i++)
        {
            var isKey = i % (4 * keyEvery) == 0;
            var frame = Frame(grey, noise, 0, 0);
            if (repeatsBetween && !isKey)
            {
                pixels.CopyTo(frame.Pixels, 0);
            }

            pixels = frame.Pixels[..(WidthPx * HeightPx * 4)];
            check.Look(frame, isKey ? FrameCoding.Whole : FrameCoding.Difference);
            frame.Release();
            time.Advance(TimeSpan.FromSeconds(0.25));
        }
    }

    private void Look(int grey, int noise, FrameCoding coding, int change = 0, int window = 0)
    {
        var frame = Frame(grey, noise, change, window);
        check.Look(frame, coding);
        frame.Release();
    }

    private Frame Frame(int grey, int noise, int change, int window)
    {
        var frame = pool.Rent(WidthPx * HeightPx * 4);
        frame.SetSize(WidthPx, HeightPx, WidthPx * 4);
        for (var i = 0; i < WidthPx * HeightPx; i++)
        {
            var lit = window > 0 && i / WidthPx < HeightPx / 5 && i % WidthPx < WidthPx / 5;
            frame.Pixels.AsSpan(i * 4, 4).Fill((byte)((lit ? window : grey) + random.Next(noise + 1)));
        }

        frame.Pixels[(WidthPx * HeightPx * 4) - 1] = (byte)change;
        frame.ArrivedTimestamp = time.GetTimestamp();
        return frame;
    }
}
