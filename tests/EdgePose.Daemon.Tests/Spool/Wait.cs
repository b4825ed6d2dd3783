using System.Diagnostics;

namespace EdgePose.Daemon.Tests.Spool;

/// <summary>Waits for what another thread does.</summary>
internal static class Wait
{
    public static bool Until(Func<bool> condition, double seconds = Patience.Seconds)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed.TotalSeconds < seconds;)
        {
            if (condition())
            {
                return true;
            }

            Thread.Sleep(2);
        }

        return condition();
    }
}
