using EdgePose.Cameras.Supervision;
using Microsoft.Extensions.Time.Testing;

namespace EdgePose.Cameras.Tests.Supervision;

public sealed class DecoderWatchTests
{
    private readonly FakeTimeProvider time = new();
    private readonly Vitals vitals = new();
    private readonly DecoderWatch watch;

    public DecoderWatchTests()
    {
        watch = new DecoderWatch(time, vitals, maxMemoryBytes: 1000, new PictureWait(time, new PictureLimits(TimeSpan.FromSeconds(4.5), TimeSpan.FromSeconds(20))));
        watch.Message();
        watch.Frame();
        time.Advance(TimeSpan.FromSeconds(0.04));
        watch.Frame();
    }

    [Fact]
    public void A_child_that_is_silent_for_more_than_0_8_s_hangs() => Assert.Equal(DecoderVerdict.Hangs, VerdictAfter(0.95));

    [Fact]
    public void A_child_that_waited_for_a_processor_does_not_hang() => Assert.Equal(DecoderVerdict.Well, VerdictAfter(4, waited: 0.9));

    [Fact]
    public void A_child_one_of_whose_threads_starves_does_not_hang_as_its_main_thread_may_wait_for_that_one()
    {
        vitals.Starve = 0.9;
        Assert.Equal(DecoderVerdict.Well, VerdictAfter(4));
        vitals.Starve = 0;
        Assert.Equal(DecoderVerdict.Hangs, VerdictAfter(1.5));
    }

    [Fact]
    public void Nobody_is_judged_before_its_threads_were_looked_at_however_late_the_judge_comes()
    {
        vitals.Starve = 0.9;
        Assert.Equal(DecoderVerdict.Well, watch.Judge());
        time.Advance(TimeSpan.FromSeconds(1.5)); // the judge waited for a processor, too
        Assert.Equal(DecoderVerdict.Well, watch.Judge());
        Assert.Equal(DecoderVerdict.Well, VerdictAfter(1));
    }

    [Fact]
    public void A_child_whose_words_wait_for_us_does_not_hang()
    {
        vitals.HasUnread = true;
        Assert.Equal(DecoderVerdict.Well, VerdictAfter(4));
    }

    [Fact]
    public void A_child_that_the_kernel_holds_for_a_disk_does_not_hang()
    {
        vitals.IsHeldByKernel = true;
        Assert.Equal(DecoderVerdict.Well, VerdictAfter(4));
    }

    [Fact]
    public void Nothing_excuses_a_silence_of_15_s()
    {
        vitals.HasUnread = true;
        Assert.Equal(DecoderVerdict.Hangs, VerdictAfter(15.5, waited: 1));
    }

    [Fact]
    public void Waiting_before_the_last_message_is_no_excuse_after_it()
    {
        Assert.Equal(DecoderVerdict.Well, VerdictAfter(4, waited: 1));
        watch.Message();
        Assert.Equal(DecoderVerdict.Hangs, VerdictAfter(1.6));
    }

    [Fact]
    public void A_camera_that_gives_no_picture_for_4_5_s_has_stalled() => Assert.Equal(DecoderVerdict.Stalled, VerdictAfter(4.8, heartbeats: true));

    [Fact]
    public void A_camera_whose_decoding_threads_starve_has_not_stalled()
    {
        vitals.Starve = 0.9;
        Assert.Equal(DecoderVerdict.Well, VerdictAfter(5.3, heartbeats: true));
        Assert.Equal(DecoderVerdict.Stalled, VerdictAfter(10, heartbeats: true));
    }

    [Fact]
    public void Threads_that_starved_and_do_not_any_more_excuse_nothing()
    {
        vitals.Starve = 0.9;
        Assert.Equal(DecoderVerdict.Well, VerdictAfter(5.3, heartbeats: true));
        vitals.Starve = 0;
        Assert.Equal(DecoderVerdict.Stalled, VerdictAfter(1.2, heartbeats: true));
    }

    [Fact]
    public void A_child_that_grows_beyond_its_limit_is_too_large()
    {
        vitals.ResidentBytes = 1001;
        Assert.Equal(DecoderVerdict.TooLarge, watch.Judge());
    }

    [Fact]
    public void A_child_that_has_said_nothing_yet_has_15_s()
    {
        var starting = new DecoderWatch(time, vitals);
        time.Advance(TimeSpan.FromSeconds(14.9));
        Assert.Equal(DecoderVerdict.Well, starting.Judge());
        time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(DecoderVerdict.Hangs, starting.Judge());
    }

    /// <summary>What it says after so many seconds, of which the child waited a share for a processor.</summary>
    private DecoderVerdict VerdictAfter(double seconds, double waited = 0, bool heartbeats = false)
    {
        var verdict = watch.Judge();
        for (var passed = 0.0; passed < seconds; passed += 0.1)
        {
            time.Advance(TimeSpan.FromSeconds(0.1));
            vitals.Pass(0.1);
            vitals.WaitedForProcessor += TimeSpan.FromSeconds(0.1 * waited);
            if (heartbeats)
            {
                watch.Message();
            }

            verdict = watch.Judge();
        }

        return verdict;
    }

    private sealed class Vitals : IChildVitals
    {
        public TimeSpan WaitedForProcessor { get; set; }

        public long ResidentBytes { get; set; }

        /// <summary>The share of its time that a thread waits for a processor.</summary>
        public double Starve { get; set; }

        public TimeSpan LongestThreadWait { get; private set; }

        public bool HasUnread { get; set; }

        public bool IsHeldByKernel { get; set; }

        public void MarkThreads() => LongestThreadWait = TimeSpan.Zero;

        public void Pass(double seconds) => LongestThreadWait += TimeSpan.FromSeconds(seconds * Starve);
    }
}
