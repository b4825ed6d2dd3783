using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EdgePose.Cameras.Frames;
using EdgePose.Daemon;
using EdgePose.Daemon.Events;
using EdgePose.Daemon.Settings;
using EdgePose.Daemon.Telemetry;
using EdgePose.Inference;
using Microsoft.Extensions.Logging;

namespace EdgePose.Web.Live;

/// <summary>
/// Hands frames to those who look. While nobody looks it makes nothing: no picture, no JSON, no copy. Pictures are encoded once for all viewers, on a thread of
/// its own; a frame for which that thread has no time is left out.
/// </summary>
internal sealed partial class ViewHub : IFrameObserver, IDisposable
{
    private readonly bool showsPictures;
    private readonly long intervalTicks;
    private readonly DaemonState state;
    private readonly RecentEvents events;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ConcurrentDictionary<string, CameraView> views = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly SemaphoreSlim work = new(0);
    private readonly CancellationTokenSource ending = new();
    private readonly Task encoding;
    private readonly Counter<long> pictures;
    private readonly Counter<long> bytes;
    private readonly List<Viewer> viewers = [];
    private OutputSkeleton? output;
    private bool hasEncoder = true;
    private int viewerCount;

    /// <summary>Makes one that nobody looks at.</summary>
    public ViewHub(PageConfig config, DaemonState state, RecentEvents events, Meter meter, TimeProvider time, ILogger<ViewHub> logger)
    {
        (this.state, this.events, this.time, this.logger) = (state, events, time, logger);
        (showsPictures, intervalTicks) = (config.ShowsPictures, (long)(time.TimestampFrequency / config.MaxRateHertz));
        pictures = meter.CreateCounter<long>("edgepose.page.pictures", "{picture}", "Pictures that were encoded for viewers.");
        bytes = meter.CreateCounter<long>("edgepose.page.made", "By", "Size of the messages that were made for viewers.");
        meter.CreateObservableGauge("edgepose.page.viewers", () => Volatile.Read(ref viewerCount), "{viewer}", "Browsers that look at the page.");
        encoding = Task.Run(EncodeAsync);
    }

    /// <inheritdoc/>
    public string Name => "page";

    /// <inheritdoc/>
    public bool MayMissFrames => true;

    /// <summary>How many pictures were encoded.</summary>
    public long PicturesMade { get; private set; }

    /// <summary>How many bytes of messages were made.</summary>
    public long BytesMade { get; private set; }

    /// <summary>How many browsers look.</summary>
    public int ViewerCount => Volatile.Read(ref viewerCount);

    /// <summary>Takes in a viewer, or what it wants now.</summary>
    public void Join(Viewer viewer) => Change(() =>
    {
        viewers.Remove(viewer);
        viewers.Add(viewer);
    });

    /// <summary>Lets a viewer go.</summary>
    public void Leave(Viewer viewer) => Change(() => viewers.Remove(viewer));

    /// <inheritdoc/>
    public void Observe(in FrameResult result)
    {
        foreach (var track in result.Started)
        {
            events.Add("track", result.Camera, $"Track {track.Id} started");
        }

        foreach (var track in result.Ended)
        {
            events.Add("track", result.Camera, $"Track {track.Id} ended");
        }

        if (ViewerCount == 0 || result.Picture is not { } picture || !views.TryGetValue(result.Camera, out var view) || !view.TakeTurn(time.GetTimestamp()))
        {
            return;
        }

        if (state.Network?.Manifest.Skeleton is not { } skeleton)
        {
            return;
        }

        output = output?.Skeleton == skeleton ? output : new OutputSkeleton(skeleton, skeleton);
        var frame = view.Rent();
        var moment = result.Moment;
        var now = time.GetUtcNow();
        var latency = moment.Clock == CaptureClock.Ntp ? now - moment.CapturedAt : time.GetElapsedTime(moment.ArrivedTimestamp);
        Payloads.WritePose(frame.Json, moment, result.Visible, output, now, latency);
        if (showsPictures && view.WantsPictures)
        {
            frame.Keep(picture);
        }

        view.Post(frame);
        work.Release();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (ending.IsCancellationRequested)
        {
            return; // the host disposes it as a service and as an observer
        }

        ending.Cancel();
        encoding.Wait(); // it may hold pictures
        foreach (var view in views.Values)
        {
            view.Dispose();
        }

        work.Dispose();
    }

    private void Change(Action change)
    {
        lock (gate)
        {
            change();
            foreach (var camera in viewers.SelectMany(viewer => viewer.Cameras).Union(views.Keys, StringComparer.Ordinal))
            {
                views.GetOrAdd(camera, static (_, ticks) => new CameraView(ticks), intervalTicks).Set([.. viewers.Where(viewer => viewer.Cameras.Contains(camera))]);
            }

            Volatile.Write(ref viewerCount, viewers.Count);
        }
    }

    private async Task EncodeAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            await work.WaitAsync(ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var view in views.Values)
            {
                if (view.Take() is { } frame)
                {
                    Hand(view, frame);
                    view.Return(frame);
                }
            }
        }
    }

    private void Hand(CameraView view, ViewFrame frame)
    {
        var withPicture = frame.Picture is { } picture && view.WantsPictures ? Encode(frame, picture) : null;
        var skeletons = view.WantsSkeletons || withPicture is null ? Count(PictureEncoder.Skeletons(frame.Header)) : null;
        foreach (var viewer in view.Viewers)
        {
            viewer.Offer(view, viewer.WantsPictures && withPicture is not null ? withPicture : skeletons ?? withPicture!);
        }
    }

    private byte[]? Encode(ViewFrame frame, Frame picture)
    {
        if (!hasEncoder)
        {
            return null;
        }

        try
        {
            var message = PictureEncoder.Picture(frame.Header, picture);
            PicturesMade++;
            pictures.Add(1);
            return Count(message);
        }
        catch (Exception fault) when (fault is TypeInitializationException or DllNotFoundException)
        {
            hasEncoder = false;
            LogNoEncoder();
            return null;
        }
    }

    private byte[] Count(byte[] message)
    {
        BytesMade += message.Length;
        bytes.Add(message.Length);
        return message;
    }

    [LoggerMessage(EventId = LogEvents.PageNoPictures, Level = LogLevel.Warning, Message = "OpenCV's native library is not installed, so the page shows skeletons without pictures")]
    private partial void LogNoEncoder();
}
