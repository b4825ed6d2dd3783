using System.Net.WebSockets;
using EdgePose.Daemon.Settings;
using Microsoft.AspNetCore.Http;

namespace EdgePose.Web.Live;

/// <summary>Serves the browsers that look, each by one WebSocket: frames and the device's state go out, what is wanted comes in.</summary>
internal sealed class ViewerRoom(ViewHub hub, DeviceView device, EdgePoseConfig config, TimeProvider time)
{
    /// <summary>More browsers than this at once are refused: the device's work comes first.</summary>
    public const int MostViewers = 8;

    /// <summary>A browser that sends more requests within <see cref="FloodWindow"/> is disconnected.</summary>
    public const int MostRequests = 40;

    private static readonly TimeSpan FloodWindow = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(1);

    private int open;

    /// <summary>Serves one browser until it goes, or misbehaves.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await PlainText.AnswerAsync(context, StatusCodes.Status426UpgradeRequired, "This path is a WebSocket.\n").ConfigureAwait(false);
            return;
        }

        if (Interlocked.Increment(ref open) > MostViewers)
        {
            Interlocked.Decrement(ref open);
            await PlainText.AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "Too many browsers look already.\n").ConfigureAwait(false);
            return;
        }

        try
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
            await RunAsync(socket, context.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }

    private async Task RunAsync(WebSocket socket, CancellationToken aborted)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        using var viewer = new Viewer(socket);
        hub.Join(viewer);
        Task[] work = [viewer.SendAsync(stop.Token), TellAsync(viewer, stop.Token), ListenAsync(socket, viewer, stop.Token)];
        try
        {
            await (await Task.WhenAny(work).ConfigureAwait(false)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            hub.Leave(viewer);
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the browser has gone, or was sent away
        }
    }

    /// <summary>Tells every second how the device stands, and its events when there are new ones.</summary>
    private async Task TellAsync(Viewer viewer, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(StatusInterval, time);
        long told = -1;
        do
        {
            var count = device.EventCount;
            viewer.Offer(device.Status(), count == told ? null : device.Events());
            told = count;
        }
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
    }

    /// <summary>Takes in what the browser wants; ends when it goes, floods, or sends what is no request.</summary>
    private async Task ListenAsync(WebSocket socket, Viewer viewer, CancellationToken stop)
    {
        var buffer = new byte[ViewerRequest.MostBytes];
        var (window, requests) = (time.GetTimestamp(), 0);
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(), stop).ConfigureAwait(false);
            if (got.MessageType == WebSocketMessageType.Close)
            {
                await EndAsync(socket, WebSocketCloseStatus.NormalClosure, stop).ConfigureAwait(false);
                return;
            }

            if (time.GetElapsedTime(window) > FloodWindow)
            {
                (window, requests) = (time.GetTimestamp(), 0);
            }

            if (++requests > MostRequests)
            {
                await EndAsync(socket, WebSocketCloseStatus.PolicyViolation, stop).ConfigureAwait(false);
                return;
            }

            if (!got.EndOfMessage || got.MessageType != WebSocketMessageType.Text || !ViewerRequest.TryRead(buffer.AsMemory(0, got.Count), out var request))
            {
                await EndAsync(socket, WebSocketCloseStatus.InvalidPayloadData, stop).ConfigureAwait(false);
                return;
            }

            viewer.Want(request.Cameras, request.Pictures && config.Page.ShowsPictures);
            hub.Join(viewer);
        }
    }

    private static Task EndAsync(WebSocket socket, WebSocketCloseStatus reason, CancellationToken stop) => socket.CloseOutputAsync(reason, null, stop);
}
