using System.Collections.Concurrent;
using System.Net.WebSockets;

namespace EdgePose.Web.Live;

/// <summary>One browser that looks. Of each camera it has one place for the newest message: a slow browser gets fewer frames, and delays nobody.</summary>
internal sealed class Viewer(WebSocket socket) : IDisposable
{
    private readonly ConcurrentDictionary<CameraView, byte[]> newest = new();
    private readonly SemaphoreSlim arrived = new(0);
    private volatile string[] cameras = [];
    private volatile bool wantsPictures;
    private byte[]? status;
    private byte[]? events;

    /// <summary>The cameras that it looks at.</summary>
    public string[] Cameras => cameras;

    /// <summary>Whether it wants pictures, and not skeletons alone.</summary>
    public bool WantsPictures => wantsPictures;

    /// <summary>Sets what it wants.</summary>
    public void Want(string[] ids, bool pictures) => (cameras, wantsPictures) = (ids, pictures);

    /// <summary>Makes <paramref name="message"/> the newest of a camera.</summary>
    public void Offer(CameraView view, byte[] message)
    {
        newest[view] = message;
        arrived.Release();
    }

    /// <summary>Makes a text the newest of its kind.</summary>
    /// <param name="nextStatus">How the device stands; null to leave it as it is.</param>
    /// <param name="nextEvents">The last events; null to leave them as they are.</param>
    public void Offer(byte[]? nextStatus, byte[]? nextEvents)
    {
        status = nextStatus ?? status;
        events = nextEvents ?? events;
        arrived.Release();
    }

    /// <summary>Sends what arrives until <paramref name="stop"/>.</summary>
    /// <exception cref="WebSocketException">The browser has gone.</exception>
    public async Task SendAsync(CancellationToken stop)
    {
        while (true)
        {
            await arrived.WaitAsync(stop).ConfigureAwait(false);
            if (Interlocked.Exchange(ref status, null) is { } device)
            {
                await socket.SendAsync(device, WebSocketMessageType.Text, endOfMessage: true, stop).ConfigureAwait(false);
            }

            if (Interlocked.Exchange(ref events, null) is { } lines)
            {
                await socket.SendAsync(lines, WebSocketMessageType.Text, endOfMessage: true, stop).ConfigureAwait(false);
            }

            foreach (var view in newest.Keys)
            {
                if (newest.TryRemove(view, out var message))
                {
                    await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, stop).ConfigureAwait(false);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => arrived.Dispose();
}
