using System.Diagnostics.Metrics;
using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using EdgePose.Inference;
using Microsoft.Extensions.Logging;

namespace EdgePose.Cameras.Supervision;

/// <summary>What a camera is started with.</summary>
/// <param name="Config">Its section of the configuration.</param>
/// <param name="Password">Its RTSP password; null without one.</param>
public sealed record CameraPlan(CameraConfig Config, string? Password);

/// <summary>
/// The cameras that run, each with its supervisor and mailbox: starts, exchanges and stops them one by one, without touching the others. A camera
/// that is exchanged, or comes back after it was taken out, goes on with its frame numbers.
/// </summary>
public sealed partial class CameraCrew : IDisposable
{
    private readonly CameraSet set;
    private readonly FrameSignal signal;
    private readonly FramePool pool;
    private readonly Func<CameraPlan, CameraFeed, FramePool, CameraSupervisor> supervise;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Dictionary<string, long> nextSequences = new(StringComparer.Ordinal);
    private volatile Member[] members = [];

    /// <summary>Makes a crew without a camera.</summary>
    /// <param name="set">What the pipeline serves.</param>
    /// <param name="signal">Wakes the batcher.</param>
    /// <param name="supervise">Makes the supervisor of a camera.</param>
    /// <param name="time">The clock.</param>
    /// <param name="meter">Gets the instruments <c>edgepose.camera.*</c>.</param>
    /// <param name="logger">Gets the faults of cameras that ended before they were stopped.</param>
    public CameraCrew(
        CameraSet set, FrameSignal signal, Func<CameraPlan, CameraFeed, FramePool, CameraSupervisor> supervise, TimeProvider time, Meter meter, ILogger logger)
    {
        (this.set, this.signal, this.supervise, this.time, this.logger) = (set, signal, supervise, time, logger);
        pool = new FramePool(8);
        CameraInstruments.Add(meter, () => Supervisors);
    }

    /// <summary>Raised, on the camera's thread, when the state of any camera changes.</summary>
    public event Action<CameraStatus>? Changed;

    /// <summary>The cameras that run, in the order of the configuration.</summary>
    public IReadOnlyList<CameraSupervisor> Supervisors => Array.ConvertAll(members, member => member.Supervisor);

    /// <summary>
    /// Makes <paramref name="next"/> the cameras that run. Those in <paramref name="exchanged"/> are stopped and started again; all others that run already
    /// are left alone. Ends when the tracks of those that left have ended, which the running pipeline sees to. One call at a time.
    /// </summary>
    /// <param name="next">All cameras, in the order of the configuration.</param>
    /// <param name="exchanged">Ids of those that are started again.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task ChangeAsync(IReadOnlyList<CameraPlan> next, IReadOnlySet<string> exchanged, CancellationToken stop)
    {
        var before = members;
        var staying = before.Where(member => !exchanged.Contains(member.Id) && next.Any(plan => plan.Config.Id == member.Id)).ToDictionary(member => member.Id, StringComparer.Ordinal);
        var leaving = before.Except(staying.Values).ToArray();
        await Task.WhenAll(leaving.Select(member => member.StopAsync())).ConfigureAwait(false); // a device opens once: the old decoder goes first
        foreach (var member in leaving)
        {
            nextSequences[member.Id] = member.Feed.NextSequence;
        }

        pool.MaxIdle = Math.Max(8, 3 * next.Count);
        Member[] after = [.. next.Select(plan => staying.GetValueOrDefault(plan.Config.Id) ?? Make(plan))];
        members = after;
        set.Exchange(after.Select(member => member.Feed));
        signal.Set();
        foreach (var member in after.Except(before))
        {
            member.Start();
        }

        foreach (var member in leaving)
        {
            await member.Feed.Gone.WaitAsync(stop).ConfigureAwait(false);
            member.Dispose();
        }
    }

    /// <summary>Ends every decoder; a fault of one is logged, and keeps none of the others. The mailboxes stay until <see cref="Dispose"/>.</summary>
    public Task StopAsync() => Task.WhenAll(members.Select(member => member.StopAsync()));

    /// <summary>Frees the mailboxes, once the pipeline has ended.</summary>
    public void Dispose()
    {
        foreach (var member in members)
        {
            member.Dispose();
        }
    }

    private Member Make(CameraPlan plan)
    {
        var mailbox = new LatestFrame(signal, plan.Config.Pace == SourcePace.AsFastAsPossible, time);
        var feed = new CameraFeed(plan.Config, mailbox, time, nextSequences.GetValueOrDefault(plan.Config.Id));
        var supervisor = supervise(plan, feed, pool);
        supervisor.Changed += status => Changed?.Invoke(status);
        return new Member(feed, supervisor, fault => LogEnded(plan.Config.Id, fault));
    }

    [LoggerMessage(EventId = LogEvents.CameraEnded, Level = LogLevel.Error, Message = "Camera {Camera} stopped by a fault of the program. Please report it with this log. It starts again when its configuration changes or the daemon restarts")]
    private partial void LogEnded(string camera, Exception fault);

    private sealed class Member(CameraFeed feed, CameraSupervisor supervisor, Action<Exception> reportFault) : IDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private Task running = Task.CompletedTask;

        public string Id => feed.Config.Id;

        public CameraFeed Feed => feed;

        public CameraSupervisor Supervisor => supervisor;

        public void Start() => running = EndOf(supervisor.RunAsync(stop.Token));

        /// <summary>Never fails, so that the other cameras are stopped too.</summary>
        public Task StopAsync() => Task.WhenAll(EndOf(stop.CancelAsync()), running);

        public void Dispose()
        {
            feed.Mailbox.Dispose();
            stop.Dispose();
        }

        /// <summary>Ends with the task, and reports its fault at once.</summary>
        private async Task EndOf(Task task)
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (task.Exception is { } fault)
            {
                reportFault(fault);
            }
        }
    }
}
