using EdgePose.Cameras.Sources;

namespace EdgePose.Cameras.Supervision;

/// <summary>The wait before a camera is tried again.</summary>
/// <remarks>
/// A try costs half a second of processor, so a camera that fails over and over is tried less and less often. One that is away is knocked at every second in the
/// meantime, which costs nothing, and is tried as soon as it answers: how long it was away does not matter to how soon it is back. One that answers, but whose stream breaks
/// or stalls, cannot be seen to be well again but by a try: as long as its pictures are not long gone, it is tried every few seconds, until it has broken too often (<see cref="ShortLives"/>).
/// </remarks>
/// <param name="Pause">How long, at most; longer only while nobody answers the knock.</param>
internal readonly record struct RetryWait(TimeSpan Pause)
{
    /// <summary>From knock to knock, each drawn between half of it and all: many cameras that went together are not knocked at together.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A camera that sent a picture so lately has the right address, password and codec: something on the way is wrong, and may be over at any moment. A switch or a camera that
    /// is started anew takes less; beyond it, the fault is one that waits for a person.
    /// </summary>
    public static readonly TimeSpan Lately = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The longest pause meanwhile. With one second for the connection and one for the key frame the camera is back within the six that are promised; a try in three or four seconds
    /// costs a seventh of a processor.
    /// </summary>
    public static readonly TimeSpan LongestLately = TimeSpan.FromSeconds(4);

    /// <summary>A camera that answers no knock is tried all the same from time to time: what answers a knock in a way of its own might still send pictures.</summary>
    private static readonly TimeSpan Longest = BackOff.Last;

    /// <summary>The wait after a fault.</summary>
    /// <param name="fault">What went wrong.</param>
    /// <param name="wasStable">Whether it had run well until then.</param>
    /// <param name="wasSeenLately">Whether it sent a picture within <see cref="Lately"/>.</param>
    /// <param name="lives">How often it broke soon after its first picture.</param>
    /// <param name="backOff">The camera's pauses.</param>
    public static RetryWait After(CameraFault fault, bool wasStable, bool wasSeenLately, ShortLives lives, BackOff backOff)
    {
        if (wasStable)
        {
            backOff.Reset();
        }

        return new RetryWait(fault switch
        {
            CameraFault.Unauthorized => BackOff.Last, // many cameras lock out who tries too often
            CameraFault.DecoderFailed when wasStable => TimeSpan.Zero, // the camera is well, and so was the decoder: no reason to wait
            _ => backOff.Next(wasSeenLately ? lives.LongestPause : BackOff.Last),
        });
    }

    /// <summary>Waits.</summary>
    /// <returns>Whether the camera was away and has come back.</returns>
    public bool For(CameraConfig camera, CameraFault fault, Random random, TimeProvider time, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        var knocks = fault != CameraFault.Unauthorized && camera.Pipeline is null;
        var answer = KnockAnswer.Unknown;
        while (!stop.IsCancellationRequested)
        {
            var passed = time.GetElapsedTime(began);
            if (passed >= (answer == KnockAnswer.Closed ? Longest : Pause))
            {
                return false;
            }

            var left = (answer == KnockAnswer.Closed ? Longest : Pause) - passed;
            var next = Between * (0.5 + (random.NextDouble() / 2));
            stop.WaitHandle.WaitOne(knocks && next < left ? next : left);
            if (knocks && !stop.IsCancellationRequested)
            {
                var before = answer;
                answer = Knock.At(camera.Address, fault == CameraFault.NotFound, stop);
                if (before == KnockAnswer.Closed && answer == KnockAnswer.Open)
                {
                    return true;
                }

                knocks = answer != KnockAnswer.Unknown;
            }
        }

        return false;
    }
}
