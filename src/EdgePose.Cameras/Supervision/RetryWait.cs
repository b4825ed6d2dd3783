using EdgePose.Cameras.Sources;
using EdgePose.Inference.Retry;

namespace EdgePose.Cameras.Supervision;

/// <summary>The wait before a camera is tried again.</summary>
/// <remarks>
/// A try costs half a second of processor, so a camera that keeps failing is tried less and less often. While a camera is offline it is probed every second,
/// which costs little, and it is tried as soon as it answers. A camera that answers but whose stream breaks can only be tested by a try. It is tried every few seconds while its last
/// picture is recent, until it has broken too often (<see cref="ShortRuns"/>).
/// </remarks>
/// <param name="Pause">The longest wait; longer only while the camera does not answer the probe.</param>
internal readonly record struct RetryWait(TimeSpan Pause)
{
    /// <summary>From probe to probe. Each is drawn between half of it and all, so that many cameras are not probed together.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A camera that sent a picture so recently has the right address, password and codec. A switch or a camera restarts in less; a longer fault needs a person.
    /// </summary>
    public static readonly TimeSpan Lately = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The longest pause for such a camera. With one second to connect and one for the key frame it is back within the six seconds that are promised.
    /// A try every three to four seconds costs a seventh of a processor.
    /// </summary>
    public static readonly TimeSpan LongestLately = TimeSpan.FromSeconds(4);

    /// <summary>A login that is refused right after it was accepted means a full camera. More tries could lock the account if the password was changed.</summary>
    public const int RefusalsOfFullCamera = 4;

    /// <summary>A camera that answers no probe is still tried from time to time: its answer may be one that the probe does not understand.</summary>
    private static readonly TimeSpan Longest = BackOff.Last;

    /// <summary>The wait after a fault.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="wasStable">Whether the run counted as a success.</param>
    /// <param name="wasSeenLately">Whether it sent a picture within <see cref="Lately"/>.</param>
    /// <param name="shortRuns">Its runs that broke soon after the first picture.</param>
    /// <param name="backOff">The camera's pauses.</param>
    public static RetryWait After(CameraFault fault, bool wasStable, bool wasSeenLately, ShortRuns shortRuns, BackOff backOff)
    {
        if (wasStable)
        {
            backOff.Reset();
        }

        return new RetryWait(fault switch
        {
            CameraFault.Unauthorized => BackOff.Last, // many cameras lock out a client that tries too often
            CameraFault.DecoderFailed when wasStable => TimeSpan.Zero, // camera and decoder ran well: no reason to wait
            _ => backOff.Next(wasSeenLately ? shortRuns.LongestPause : BackOff.Last),
        });
    }

    /// <summary>Waits.</summary>
    /// <returns>Whether the camera was absent and answers again.</returns>
    public bool For(CameraSource source, CameraFault fault, Random random, TimeProvider time, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        var probes = fault != CameraFault.Unauthorized;
        var answer = ProbeAnswer.Unknown;
        while (!stop.IsCancellationRequested)
        {
            var passed = time.GetElapsedTime(began);
            if (passed >= (answer == ProbeAnswer.Absent ? Longest : Pause))
            {
                return false;
            }

            var left = (answer == ProbeAnswer.Absent ? Longest : Pause) - passed;
            var next = Between * (0.5 + (random.NextDouble() / 2));
            stop.WaitHandle.WaitOne(probes && next < left ? next : left);
            if (probes && !stop.IsCancellationRequested)
            {
                var before = answer;
                answer = source.Probe(fault == CameraFault.NotFound, stop);
                if (before == ProbeAnswer.Absent && answer == ProbeAnswer.Present)
                {
                    return true;
                }

                probes = answer != ProbeAnswer.Unknown;
            }
        }

        return false;
    }
}
