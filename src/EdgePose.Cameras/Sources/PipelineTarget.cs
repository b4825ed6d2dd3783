using System.Globalization;

namespace EdgePose.Cameras.Sources;

/// <summary>
/// What a pipeline has to give: frames of BGRx at <c>appsink name=frames</c>. <c>name=coded</c> gets the encoded packets, and <c>name=size</c> the decoded pictures in the stream's own
/// size. <c>name=turn</c> turns them by the display matrix of a video or the EXIF orientation of a picture.
/// </summary>
/// <param name="MaxWidthPx">Frames are scaled down to at most this width.</param>
/// <param name="MaxHeightPx">Frames are scaled down to at most this height.</param>
/// <param name="PixelAspect">Width of a pixel divided by its height, where the stream does not say so; null to follow the stream.</param>
/// <param name="HasElement">Whether GStreamer has an element. It decides between the Jetson's converter and software.</param>
internal sealed record PipelineTarget(int MaxWidthPx, int MaxHeightPx, double? PixelAspect, Func<string, bool> HasElement)
{
    /// <summary>A picture that is upright passes untouched. The converter before it only works for formats that cannot be turned.</summary>
    private const string Turned = "videoflip name=turn video-direction=auto";

    /// <summary>One picture per interlaced frame, of its first field, so that what moves has no comb. A progressive picture passes untouched.</summary>
    private const string Deinterlaced = "deinterlace mode=auto fields=top method=linear ! ";

    /// <summary>Decodes what comes.</summary>
    public const string Decoder = "decodebin name=coded";

    /// <summary>A pipeline that keeps only the newest frame.</summary>
    public string Live(string decoded) => $"{decoded} ! {Shaped}{Scaling()} ! appsink name=frames drop=true max-buffers=1 sync=false";

    /// <summary>A pipeline that drops nothing. The player links one of its video tracks to <c>name=video</c>.</summary>
    public string Recorded(string decoded, SourcePace pace) =>
        $"{decoded} identity name=video silent=true ! {Shaped}{Scaling()} ! appsink name=frames drop=false max-buffers=2 sync={(pace == SourcePace.RealTime ? "true" : "false")}";

    /// <summary>A text as gst_parse_launch reads it.</summary>
    public static string Quote(string value) => "\"" + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    private string Shaped => PixelAspect is { } aspect
        ? string.Create(CultureInfo.InvariantCulture, $"capssetter caps=video/x-raw,pixel-aspect-ratio={Math.Round(aspect * 1000)}/1000 ! ") : string.Empty;

    /// <summary>Scales down, never up, and keeps the aspect. The Jetson's nvvidconv reads the hardware decoder's memory; decodebin picks nvv4l2decoder by its rank.</summary>
    private string Scaling()
    {
        var size = string.Create(CultureInfo.InvariantCulture, $"width=[1,{MaxWidthPx}],height=[1,{MaxHeightPx}],pixel-aspect-ratio=1/1");
        return HasElement("nvvidconv")
            ? $"nvvidconv name=size ! video/x-raw,format=BGRx,{size} ! {Turned}"
            : $"{(HasElement("deinterlace") ? Deinterlaced : string.Empty)}videoconvert name=size n-threads=1 ! {Turned} ! videoscale ! video/x-raw,{size} ! videoconvert n-threads=1 ! video/x-raw,format=BGRx";
    }
}
