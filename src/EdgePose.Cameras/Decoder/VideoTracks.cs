using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgePose.Cameras.Decoder;

/// <summary>Plays one of a recording's video tracks: the largest, or the one that the configuration names.</summary>
/// <remarks>decodebin (<c>name=coded</c>) shows all of its tracks before it lets data flow. The chosen one is then linked to <c>name=video</c>.</remarks>
internal sealed unsafe class VideoTracks : IDisposable
{
    private readonly IntPtr entry;
    private readonly int? chosen;
    private readonly List<(IntPtr Pad, long AreaPx)> tracks = [];
    private GCHandle self;

    /// <summary>Attaches to a pipeline that does not run yet. One without <c>name=video</c> links its tracks itself.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="chosen">Number of the track, from 1, among the video tracks; null for the largest.</param>
    public VideoTracks(IntPtr pipeline, int? chosen)
    {
        this.chosen = chosen;
        self = GCHandle.Alloc(this);
        entry = GStreamer.ByName(pipeline, "video");
        if (entry != IntPtr.Zero)
        {
            var decoder = GStreamer.ByName(pipeline, "coded");
            GStreamer.Connect(decoder, "pad-added", &OnTrack, GCHandle.ToIntPtr(self), IntPtr.Zero, 0);
            GStreamer.Connect(decoder, "no-more-pads", &OnAll, GCHandle.ToIntPtr(self), IntPtr.Zero, 0);
            GStreamer.Unref(decoder);
        }
    }

    /// <summary>How many video tracks there are.</summary>
    public int Count => tracks.Count;

    /// <summary>Lets go, once the pipeline has stopped.</summary>
    public void Dispose()
    {
        tracks.ForEach(track => GStreamer.Unref(track.Pad));
        if (entry != IntPtr.Zero)
        {
            GStreamer.Unref(entry);
        }

        self.Free();
    }

    // A signal gives its own arguments first and the data last; what a handler does not name is not read.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnTrack(IntPtr decoder, IntPtr pad, IntPtr data, IntPtr unused)
    {
        if (GStreamer.SizeOf(pad) is var (width, height))
        {
            ((VideoTracks)GCHandle.FromIntPtr(data).Target!).tracks.Add((GStreamer.Ref(pad), (long)width * height));
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnAll(IntPtr decoder, IntPtr data, IntPtr unused, IntPtr alsoUnused)
    {
        var all = (VideoTracks)GCHandle.FromIntPtr(data).Target!;
        var track = all.chosen is { } number ? all.tracks.ElementAtOrDefault(number - 1) : all.tracks.OrderByDescending(each => each.AreaPx).FirstOrDefault();
        if (track.Pad != IntPtr.Zero)
        {
            var sink = GStreamer.StaticPad(all.entry, "sink");
            GStreamer.LinkPads(track.Pad, sink);
            GStreamer.Unref(sink);
        }
    }
}
