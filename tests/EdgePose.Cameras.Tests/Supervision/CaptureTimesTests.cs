using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Supervision;
using Microsoft.Extensions.Time.Testing;

namespace EdgePose.Cameras.Tests.Supervision;

public sealed class CaptureTimesTests
{
    private readonly SteppedTime time = new();
    private readonly Frame frame = new FramePool(1).Rent(4);
    private readonly List<TimeSpan> doubts = [];
    private readonly CaptureTimes times;

    public CaptureTimesTests() => times = new CaptureTimes(time, doubts.Add);

    [Theory]
    [InlineData(-9.9, true)]
    [InlineData(0.9, true)]
    [InlineData(-10.1, false)]
    [InlineData(1.1, false)]
    [InlineData(-3600, false)]
    [InlineData(1e9, false)]
    public void A_cameras_clock_is_believed_while_it_agrees_with_the_arrival(double awaySeconds, bool believed)
    {
        Set(awaySeconds);
        Assert.Equal(believed ? CaptureClock.Ntp : CaptureClock.Arrival, frame.Clock);
        Assert.Equal(time.GetUtcNow().AddSeconds(believed ? awaySeconds : 0), frame.CapturedAt);
        Assert.Equal(believed ? 0 : 1, doubts.Count);
    }

    [Fact]
    public void Doubts_are_told_once_a_minute()
    {
        for (var second = 0; second < 130; second++)
        {
            Set(-3600);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(3, doubts.Count);
        Assert.Equal(3600, doubts[0].TotalSeconds);
    }

    [Fact]
    public void A_step_of_the_wall_clock_moves_no_monotonic_time()
    {
        Set(0);
        var before = frame.CapturedMonotonic;
        time.WallClockStep = TimeSpan.FromHours(-1);
        time.Advance(TimeSpan.FromSeconds(0.5));
        Set(0);
        Assert.Equal(0.5, (frame.CapturedMonotonic - before).TotalSeconds);
    }

    private void Set(double awaySeconds) =>
        times.Set(frame, new DecoderMessage { ClockKind = (int)CaptureClock.Ntp, CapturedUtcTicks = time.GetUtcNow().AddSeconds(awaySeconds).UtcTicks });

    /// <summary>Its wall clock can step; its timestamps cannot.</summary>
    private sealed class SteppedTime : FakeTimeProvider
    {
        public TimeSpan WallClockStep { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + WallClockStep;

        public override long GetTimestamp() => base.GetUtcNow().Ticks;
    }
}
