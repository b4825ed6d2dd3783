using System.CommandLine;
using System.Globalization;
using EdgePose.Daemon.Hosting;
using EdgePose.Scene.Kit;

namespace EdgePose.Cli;

/// <summary><c>edgepose scenes</c>: drawn people fall and do daily acts, and a table shows what the fall detection made of it.</summary>
internal static class ScenesCommand
{
    public static Command Create()
    {
        var seed = new Option<int>("--seed") { Description = "Seed of noise, times and dropped frames. The same seed gives the same table.", DefaultValueFactory = _ => 1 };
        var command = new Command(
            "scenes",
            """
            Play the scene kit: drawn people fall in eight ways, and sit, squat, kneel, tie a shoe, lie down and walk, in 12 directions, at three distances and three frame rates.
            The table shows how many falls were found, and how many daily acts gave a false alarm.

              edgepose scenes --seed 7
            """)
        {
            seed,
        };
        command.SetAction(parsed =>
        {
            Write([.. FallTrials.Play(parsed.GetValue(seed))]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(IReadOnlyList<FallTrial> trials)
    {
        Console.WriteLine("act          played   confirmed   suspected   by distance 4 / 6 / 9 m   by rate 5 / 10 / 15 fps");
        foreach (var act in trials.GroupBy(trial => (trial.IsFall, trial.Act)))
        {
            var distances = string.Join(" / ", act.GroupBy(trial => trial.Metres).Select(Share));
            var rates = string.Join(" / ", act.GroupBy(trial => trial.FramesPerSecond).Select(Share));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{act.Key.Act,-10} {act.Count(),8} {Share(act),11} {act.Count(trial => trial.IsSuspected) / (double)act.Count(),11:0.0%}   {distances,-22}   {rates}"));
        }

        var (falls, daily) = (trials.Where(trial => trial.IsFall).ToList(), trials.Where(trial => !trial.IsFall).ToList());
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"falls found: {falls.Count(trial => trial.IsRight)} of {falls.Count}; false alarms: {daily.Count(trial => !trial.IsRight)} of {daily.Count}"));
    }

    private static string Share(IEnumerable<FallTrial> trials) => trials.Average(trial => trial.IsConfirmed ? 1.0 : 0).ToString("0.0%", CultureInfo.InvariantCulture);
}
