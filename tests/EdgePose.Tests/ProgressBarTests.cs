using EdgePose.Cli.Terminal;
using Microsoft.Extensions.Time.Testing;

namespace EdgePose.Cli.Tests;

public sealed class ProgressBarTests
{
    private readonly FakeTimeProvider time = new();
    private readonly StringWriter output = new();

    [Fact]
    public void A_log_gets_one_plain_line_every_ten_seconds_and_one_at_the_end()
    {
        using (var bar = new ProgressBar("evaluating", "pictures", 40, output, isTerminal: false, time))
        {
            for (var i = 0; i < 25; i++)
            {
                time.Advance(TimeSpan.FromSeconds(1));
                bar.Step();
            }
        }

        Assert.Equal(
            """
            evaluating 10 of 40 pictures, 25 %, 1.0/s, 0:30 left
            evaluating 20 of 40 pictures, 50 %, 1.0/s, 0:20 left
            evaluating 25 of 40 pictures, 62 %, 1.0/s, 0:15 left

            """,
            output.ToString());
    }

    [Fact]
    public void A_terminal_gets_a_bar_that_draws_over_itself_at_most_ten_times_a_second()
    {
        using (var bar = new ProgressBar("evaluating", "pictures", 100, output, isTerminal: true, time))
        {
            for (var i = 0; i < 100; i++)
            {
                time.Advance(TimeSpan.FromMilliseconds(10));
                bar.Step();
            }
        }

        var drawn = output.ToString().Split('\r', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(11, drawn.Length);
        Assert.Contains("[############............] 50 of 100 pictures", drawn[4], StringComparison.Ordinal);
        Assert.EndsWith("[########################] 100 of 100 pictures, 100 %, 100.0/s\n", drawn[^1], StringComparison.Ordinal);
        Assert.Single(output.ToString(), '\n');
    }

    [Fact]
    public void An_unknown_total_is_counted_without_bar_or_time_left()
    {
        using (var bar = new ProgressBar("replaying", "frames", null, output, isTerminal: true, time))
        {
            time.Advance(TimeSpan.FromSeconds(2));
            bar.Report(30, "3 people");
        }

        Assert.EndsWith("replaying 30 frames, 15.0/s, 3 people\n", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("[", output.ToString().Replace("\e[K", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_warning_stands_on_a_line_of_its_own()
    {
        using var bar = new ProgressBar("evaluating", "pictures", 2, output, isTerminal: true, time);
        time.Advance(TimeSpan.FromSeconds(1));
        bar.Step();
        bar.WriteLine("a.jpg is broken");

        Assert.Contains("\r\e[Ka.jpg is broken\nevaluating [", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_done_writes_nothing()
    {
        new ProgressBar("evaluating", "pictures", 2, output, isTerminal: false, time).Dispose();

        Assert.Empty(output.ToString());
    }
}
