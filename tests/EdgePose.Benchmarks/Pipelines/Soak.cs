using EdgePose.Cli.Demo;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>
/// The program as it is shipped, as a process of its own, for two hours on two RTSP cameras and mosquitto: memory, file descriptors and threads of the daemon and of its
/// decoder children, minute by minute, and whether they stayed flat (<see cref="SoakJudge"/>).
/// </summary>
internal static class Soak
{
    /// <summary>An hour to warm up, and one and a bit that is judged.</summary>
    private const int DefaultMinutes = 125;

    /// <summary>Runs it: <c>--minutes N</c>, <c>--fps N</c> (the most inferences a second and camera), <c>--program EDGEPOSE</c> (the one built beside this by default), <c>--network MANIFEST</c>.</summary>
    public static int Run(string[] arguments) => RunAsync(arguments).GetAwaiter().GetResult();

    private static async Task<int> RunAsync(string[] arguments)
    {
        var minutes = BundledNetwork.Number(arguments, "--minutes", DefaultMinutes);
        var program = BundledNetwork.Argument(arguments, "--program") ?? Path.Combine(AppContext.BaseDirectory, "edgepose");
        var fps = BundledNetwork.Number(arguments, "--fps", 15);
        await using var server = await RtspServer.StartAsync(DemoMaterial.RtspScript, DemoMaterial.Clip, streams: 2, CancellationToken.None);
        using var daemon = SoakDaemon.Start(program, BundledNetwork.Manifest(arguments), [server.Address, server.Address[..^1] + "1"], fps);
        var received = await daemon.CountPosesAsync();
        Console.WriteLine($"{program}, process {daemon.Id}, for {minutes} minutes on {server.Address} and .../1, at most {fps} inferences a second each");
        Console.WriteLine("minute     poses   daemon: RSS MB  handles  threads   decoders: RSS MB  handles  threads  processes");
        var seen = new List<SoakMinute>();
        for (var minute = 0; minute <= minutes; minute++)
        {
            await Task.Delay(TimeSpan.FromMinutes(minute == 0 ? 0.5 : 1));
            if (daemon.HasExited)
            {
                Console.WriteLine($"the daemon ended with code {daemon.ExitCode}; its last lines:\n{daemon.LastLines}");
                return 1;
            }

            var now = new SoakMinute(minute, ProcessFigures.WithMappings(daemon.Id), daemon.Decoders(), received());
            if (seen.Count > 0 && now.Decoders.Keys.Except(seen[^1].Decoders.Keys).Any())
            {
                Console.WriteLine($"a decoder child was started again; the daemon's last lines:\n{daemon.LastLines}");
            }

            seen.Add(now);
            var decoders = now.Decoders.Values.ToArray();
            Console.WriteLine(
                $"{minute,6} {now.Poses,9} {now.Daemon.ResidentKilobytes / 1024.0,16:F1} {now.Daemon.Descriptors,8} {now.Daemon.Threads,8} "
                + $"{decoders.Sum(child => child.ResidentKilobytes) / 1024.0,18:F1} {decoders.Sum(child => child.Descriptors),8} {decoders.Sum(child => child.Threads),8}  {string.Join(' ', now.Decoders.Keys.Order())}");
        }

        var verdict = SoakJudge.Judge(seen);
        Console.WriteLine(string.Join('\n', verdict.Lines));
        if (Environment.GetEnvironmentVariable("EDGEPOSE_FIGURES") is { Length: > 0 } file)
        {
            File.AppendAllLines(file, verdict.Lines.Select(line => $"soak of {minutes} minutes: {line.Trim()}")); // for the nightly report
        }

        Console.WriteLine(verdict.Faults.Count == 0 ? "flat" : "NOT flat");
        return verdict.Faults.Count == 0 ? 0 : 1;
    }
}
