using EdgePose.Benchmarks.Pipelines;

namespace EdgePose.Cli.Tests.Bench;

/// <summary>The judge of the soak, with made-up figures: two hours and a bit, two decoder children.</summary>
public sealed class SoakJudgeTests
{
    private const int Minutes = 125;

    private readonly Random random = new(7);

    [Fact]
    public void What_grows_in_the_first_hour_alone_is_flat()
    {
        var verdict = Judge(Minutes, (minute, _) => 100 + (Math.Min(minute, 60) / 2.0));
        Assert.Empty(verdict.Faults);
        Assert.Contains("judged from minute 60 on", verdict.Lines);
    }

    [Theory]
    [InlineData(0, "memory of the daemon")]
    [InlineData(1, "memory of decoder child 1001")]
    [InlineData(2, "memory of decoder child 1002")]
    public void A_process_that_grows_by_three_megabytes_an_hour_after_the_first_is_not_flat_and_is_named(int leaking, string named)
    {
        var verdict = Judge(Minutes, (minute, process) => 100 + (process == leaking ? Math.Max(0, minute - 60) * 3 / 60.0 : 0));
        Assert.StartsWith(named, Assert.Single(verdict.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void What_grew_is_named_with_the_minute_of_its_largest_step_and_what_did_not_is_not()
    {
        var verdict = SoakJudge.Judge([.. Enumerable.Range(0, Minutes + 1).Select(minute => new SoakMinute(
            minute,
            Figures(minute, 0, (now, _) => 100 + Step(now), descriptors: null) with
            {
                Mappings = new Dictionary<string, long> { ["[heap]"] = 4096 + (long)(Step(minute) * 1024), ["libonnxruntime.so"] = 17000 - minute, ["a"] = 70000 + (minute % 5 * 1000) },
            },
            new Dictionary<int, ProcessFigures> { [1001] = Figures(minute, 1, (_, _) => 100, descriptors: null) },
            minute))]);
        Assert.StartsWith("memory of the daemon", Assert.Single(verdict.Faults), StringComparison.Ordinal);
        Assert.Equal(["    [heap]: 4.0 -> 7.0 MB, at once at most 3.0 MB, in minute 90"], verdict.Lines.Where(line => line.StartsWith(' ')));
        Assert.DoesNotContain(Judge(Minutes, (_, _) => 100).Lines, line => line.StartsWith(' '));

        static double Step(int minute) => minute < 90 ? 0 : 3;
    }

    [Fact]
    public void A_child_that_was_started_again_is_told_however_little_memory_it_has_then()
    {
        var verdict = Judge(Minutes, (_, _) => 100, decoders: minute => minute < 90 ? [1001, 1002] : [1001, 1003]);
        Assert.Equal(["decoder children that were started again: 1", "decoder child 1002 ended in or before minute 90"], verdict.Faults);
    }

    [Fact]
    public void A_child_that_is_gone_and_one_that_is_gone_from_the_start_are_told()
    {
        Assert.Equal(["decoder child 1002 ended in or before minute 70"], Judge(Minutes, (_, _) => 100, decoders: minute => minute < 70 ? [1001, 1002] : [1001]).Faults);
        Assert.Equal(["decoder children that ran after the start: 0"], Judge(Minutes, (_, _) => 100, decoders: _ => []).Faults);
    }

    [Theory]
    [InlineData(0, "descriptors of the daemon: 50 -> 53")]
    [InlineData(2, "descriptors of decoder child 1002: 50 -> 53")]
    public void Descriptors_that_grow_are_told(int process, string told)
    {
        var verdict = Judge(Minutes, (_, _) => 100, descriptors: (minute, who) => who == process ? 50 + (minute / 40) : 50);
        Assert.Equal([told], verdict.Faults);
    }

    [Fact]
    public void A_minute_without_a_pose_is_told() =>
        Assert.Equal(["minutes without a pose: 1"], Judge(Minutes, (_, _) => 100, poses: minute => minute == 80 ? 79 : minute).Faults);

    [Fact]
    public void A_shorter_run_is_judged_by_its_second_half_and_says_so()
    {
        var verdict = Judge(40, (minute, _) => 100 + (Math.Max(0, minute - 20) * 3 / 60.0));
        Assert.Equal(3, verdict.Faults.Count); // the daemon and both children
        Assert.StartsWith("judged from minute 20 on, the second half", verdict.Lines[0], StringComparison.Ordinal);
        Assert.Empty(Judge(40, (minute, _) => 100 + Math.Min(minute, 20)).Faults);
    }

    [Fact]
    public void A_run_that_is_too_short_proves_nothing()
    {
        Assert.Contains("too short", Assert.Single(Judge(3, (_, _) => 100).Faults), StringComparison.Ordinal);
        Assert.Empty(Judge(4, (_, _) => 100).Faults);
    }

    /// <summary>Judges figures of a run; process 0 is the daemon, 1 and 2 are its children.</summary>
    private SoakVerdict Judge(
        int minutes, Func<int, int, double> megabytes, Func<int, int[]>? decoders = null, Func<int, int, int>? descriptors = null, Func<int, int>? poses = null) =>
        SoakJudge.Judge([.. Enumerable.Range(0, minutes + 1).Select(minute => new SoakMinute(
            minute,
            Figures(minute, 0, megabytes, descriptors),
            (decoders?.Invoke(minute) ?? [1001, 1002]).ToDictionary(id => id, id => Figures(minute, id - 1000, megabytes, descriptors)),
            poses?.Invoke(minute) ?? minute))]);

    // A real process's memory goes up and down by some pages from minute to minute.
    private ProcessFigures Figures(int minute, int process, Func<int, int, double> megabytes, Func<int, int, int>? descriptors) =>
        new((long)(megabytes(minute, process) * 1024) + random.Next(-40, 40), descriptors?.Invoke(minute, process) ?? 50, 20);
}
