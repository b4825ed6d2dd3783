using System.Globalization;

namespace EdgePose.Cameras.Sources;

/// <summary>What a pipeline has to give: frames of BGRx at <c>appsink name=frames</c>. <c>name=size</c> is the element whose input has the stream's own size.</summary>
/// <param name="MaxWidthPx">Frames are scaled down to at most this width.</param>
/// <param name="MaxHeightPx">Frames are scaled down to at most this height.</param>
/// <param name="HasElement">Whether GStreamer has an element. It decides between the Jetson's converter and software.</param>
internal sealed record PipelineTarget(int MaxWidthPx, int MaxHeightPx, Func<string, bool> HasElement)
{
    /// <summary>A pipeline that keeps only the newest frame.</summary>
    public string Live(string decoded) => $"{decoded} ! {Scaling()} ! appsink name=frames drop=true max-buffers=1 sync=false";

    /// <summary>A pipeline that drops nothing.</summary>
    public string Recorded(string decoded, SourcePace pace) =>
        $"{decoded} ! {Scaling()} ! appsink name=frames drop=false max-buffers=2 sync={(pace == SourcePace.RealTime ? "true" : "false")}";

    /// <summary>A text as gst_parse_launch reads it.</summary>
    public static string Quote(string value) => "\"" + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    /// <summary>Scales down, never up, and keeps the aspect. The Jetson's nvvidconv reads the hardware decoder's memory; decodebin picks nvv4l2decoder by its rank.</summary>
    private string Scaling()
    {
        var size = string.Create(CultureInfo.InvariantCulture, $"width=[1,{MaxWidthPx}],height=[1,{MaxHeightPx}],pixel-aspect-ratio=1/1");
        return HasElement("nvvidconv")
            ? $"nvvidconv name=size ! video/x-raw,format=BGRx,{size}"
            : $"videoscale name=size ! video/x-raw,{size} ! videoconvert n-threads=1 ! video/x-raw,format=BGRx";
    }
}
