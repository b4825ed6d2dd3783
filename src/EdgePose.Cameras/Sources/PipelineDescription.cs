using System.Globalization;
using EdgePose.Cameras.Decoder;

namespace EdgePose.Cameras.Sources;

/// <summary>
/// The GStreamer pipeline for a source, as gst_parse_launch reads it. It always ends in <c>appsink name=frames</c> with BGRx; <c>name=src</c> is the
/// RTSP source, <c>name=size</c> the element whose input has the stream's own size.
/// </summary>
internal static class PipelineDescription
{
    /// <summary>A pipeline for <paramref name="settings"/>. No user or password is in it: those are set as properties.</summary>
    /// <param name="settings">What to decode.</param>
    /// <param name="hasElement">Whether an element is installed; decides between the Jetson's decoder and software.</param>
    public static string For(DecoderSettings settings, Func<string, bool> hasElement)
    {
        if (settings.Pipeline is { } own)
        {
            return own.Replace("{address}", settings.Address, StringComparison.Ordinal);
        }

        var kind = SourceAddress.KindOf(settings.Address);
        var live = kind is SourceKind.Rtsp or SourceKind.Device;
        return string.Join(" ! ", Source(settings, kind), Scaling(settings, hasElement("nvvidconv")), Sink(live, settings.Pace));
    }

    private static string Source(DecoderSettings settings, SourceKind kind) => kind switch
    {
        SourceKind.Rtsp => string.Create(CultureInfo.InvariantCulture,
            $"rtspsrc name=src location={Quote(settings.Address)} protocols={(settings.Transport == RtpTransport.Tcp ? "tcp" : "udp")} latency={settings.LatencyMs} drop-on-latency=true ! application/x-rtp,media=video ! decodebin"),
        SourceKind.Device => $"v4l2src device={Quote(settings.Address)} ! decodebin",
        _ => $"filesrc location={Quote(SourceAddress.PathOf(settings.Address))} ! decodebin",
    };

    /// <summary>
    /// Scales down on the way, never up, and keeps the aspect. On a Jetson nvvidconv does it, out of the hardware decoder's own memory; decodebin picks
    /// nvv4l2decoder there by its rank.
    /// </summary>
    private static string Scaling(DecoderSettings settings, bool hardware)
    {
        var size = string.Create(CultureInfo.InvariantCulture, $"width=[1,{settings.MaxWidthPx}],height=[1,{settings.MaxHeightPx}],pixel-aspect-ratio=1/1");
        return hardware
            ? $"nvvidconv name=size ! video/x-raw,format=BGRx,{size}"
            : $"videoscale name=size ! video/x-raw,{size} ! videoconvert n-threads=1 ! video/x-raw,format=BGRx";
    }

    private static string Sink(bool live, SourcePace pace) => (live, pace) switch
    {
        (true, _) => "appsink name=frames drop=true max-buffers=1 sync=false",
        (false, SourcePace.RealTime) => "appsink name=frames drop=false max-buffers=2 sync=true",
        _ => "appsink name=frames drop=false max-buffers=2 sync=false",
    };

    private static string Quote(string value) => "\"" + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
