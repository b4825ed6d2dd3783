using EdgePose.Cli.Demo;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>
/// The program as it is shipped, as a process of its own, for an hour on two RTSP cameras and mosquitto: memory, file descriptors and threads of the daemon and of its
/// decoder children, minute by minute, and the slope of the memory.
/// </summary>
internal static class Soak
{
    /// <summary>Promised in docs: after the first hour the daemon's memory grows by no more than this.</summary>
    private const double LimitMegabytesPerHour = 1;

    /// <summary>Runs it: <c>--minutes N</c>, <c>--fps N</c> (the most inferences a second and camera), <c>--program EDGEPOSE</c> (the one built beside this by default), <c>--network MANIFEST</c>.</summary>
    public static int Run(string[] arguments) => RunAsync(arguments).GetAwaiter().GetResult();

    private static async Task<int> RunAsync(string[] arguments)
    {
        var minutes = BundledNetwork.Number(arguments, "--minutes", 60);
        var program = BundledNetwork.Argument(arguments, "--program") ?? Path.Combine(AppContext.BaseDirectory, "edgepose");
        var fps = BundledNetwork.Number(arguments, "--fps", 15);
        await using var server = await RtspServer.StartAsync(Checkout.RtspScript(), Checkout.Clip(), streams: 2, CancellationToken.None);
        using var daemon = SoakDaemon.Start(program, BundledNetwork.Manifest(arguments), [server.Address, server.Address[..^1] + "1"], fps);
        var received = await daemon.CountPosesAsync();
        Console.WriteLine($"{program}, process {daemon.Id}, for {minutes} minutes on {server.Address} and .../1, at most {fps} inferences a second each");
        Console.WriteLine("minute     poses   daemon: RSS MB  handles  threads   decoders: RSS MB  handles  threads");
        var points = new List<(double Hours, double Megabytes)>();
        ProcessFigures first = default, last = default;
        long before = 0;
        var silent = 0;
        for (var minute = 0; minute <= minutes; minute++)
        {
            await Task.Delay(TimeSpan.FromMinutes(minute == 0 ? 0.5 : 1));
            if (daemon.HasExited)
            {
                Console.WriteLine($"the daemon ended with code {daemon.ExitCode}; its last lines:\n{daemon.LastLines}");
                return 1;
            }

            last = ProcessFigures.Of(daemon.Id);
            var children = daemon.Children().Select(ProcessFigures.Of).ToArray();
            var poses = received();
            silent += minute > 0 && poses == before ? 1 : 0; // the first figure is of the start
            Console.WriteLine(
                $"{minute,6} {poses,9} {last.ResidentKilobytes / 1024.0,16:F1} {last.Descriptors,8} {last.Threads,8} "
                + $"{children.Sum(child => child.ResidentKilobytes) / 1024.0,18:F1} {children.Sum(child => child.Descriptors),8} {children.Sum(child => child.Threads),8}");
            before = poses;
            first = minute == Math.Min(5, minutes / 2) ? last : first;
            points.Add((minute / 60.0, last.ResidentKilobytes / 1024.0));
        }

        return Judge(points, first, last, silent);
    }

    /// <summary>Memory over the second half; descriptors and threads against those of the fifth minute.</summary>
    private static int Judge(List<(double Hours, double Megabytes)> points, ProcessFigures first, ProcessFigures last, int silent)
    {
        var half = points.Skip(points.Count / 2).ToList();
        if (half.Count < 3)
        {
            Console.WriteLine("too short for a slope: take at least 5 minutes");
            return 1;
        }

        var (slope, error) = ProcessFigures.Slope(half);
        Console.WriteLine($"RSS over the second half: {slope:+0.00;-0.00} MB/h, standard error {error:F2} MB/h; promised at most {LimitMegabytesPerHour} MB/h");
        Console.WriteLine($"handles {first.Descriptors} -> {last.Descriptors}, threads {first.Threads} -> {last.Threads}; minutes without a pose: {silent}");
        // A slope within two standard errors of the limit is not shown to be above it.
        var isFlat = slope - (2 * error) <= LimitMegabytesPerHour && last.Descriptors <= first.Descriptors + 2 && last.Threads <= first.Threads + 2 && silent == 0;
        Console.WriteLine(isFlat ? "flat" : "NOT flat");
        return isFlat ? 0 : 1;
    }
}
