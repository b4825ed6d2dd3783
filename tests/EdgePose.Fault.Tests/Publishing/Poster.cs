namespace EdgePose.Fault.Tests.Publishing;

/// <summary>Posts events of three cameras, and poses if asked to, at a rate, from a thread of its own as the pipeline does; disposing stops it.</summary>
internal sealed class Poster : IDisposable
{
    private readonly ManualResetEventSlim stop = new();
    private readonly Thread thread;
    private int posted;

    public Poster(PublisherRig rig, double perSecond, int bytes = 800, int poseBytes = 0)
    {
        thread = new Thread(() =>
        {
            while (perSecond > 0 && !stop.Wait(TimeSpan.FromSeconds(1 / perSecond)))
            {
                var start = TimeProvider.System.GetTimestamp();
                rig.Post(posted, posted % 3 == 0 ? PublisherRig.Topic : $"edgepose/v1/site/device/camera-{posted % 3}/track", bytes);
                if (poseBytes > 0)
                {
                    rig.PostPose(poseBytes);
                }

                var took = TimeProvider.System.GetElapsedTime(start);
                Slowest = took > Slowest ? took : Slowest;
                Interlocked.Increment(ref posted);
            }
        }) { IsBackground = true };
        thread.Start();
    }

    /// <summary>Events posted so far.</summary>
    public int Posted => Volatile.Read(ref posted);

    /// <summary>The longest that posting took.</summary>
    public TimeSpan Slowest { get; private set; }

    public void Dispose()
    {
        stop.Set();
        thread.Join();
    }
}
