namespace EdgePose.Cameras.Decoder;

/// <summary>Checks that GStreamer and the elements of the built-in pipelines are installed.</summary>
public static class GStreamerCheck
{
    private static readonly (string Element, string Package)[] Needed =
    [
        ("rtspsrc", "gstreamer1.0-plugins-good"), ("parsebin", "gstreamer1.0-plugins-base"), ("decodebin", "gstreamer1.0-plugins-base"), ("videoconvert", "gstreamer1.0-plugins-base"),
        ("videoscale", "gstreamer1.0-plugins-base"), ("rtph264depay", "gstreamer1.0-plugins-good"), ("rtph265depay", "gstreamer1.0-plugins-good"),
        ("h264parse", "gstreamer1.0-plugins-bad"), ("h265parse", "gstreamer1.0-plugins-bad"),
    ];

    /// <summary>Loads the library and the elements of a camera's pipeline, which takes longer than connecting. Missing elements are reported when they are used.</summary>
    internal static void WarmUp()
    {
        try
        {
            GStreamer.Init(IntPtr.Zero, IntPtr.Zero);
            string[] elements = [.. Needed.Select(needed => needed.Element), "identity", "avdec_h264", "nvv4l2decoder", "appsink"];
            foreach (var element in elements.Where(GStreamer.HasElement))
            {
                GStreamer.Unref(GStreamer.Make(element, IntPtr.Zero));
            }
        }
        catch (DllNotFoundException)
        {
            // reported when there is something to decode
        }
    }

    /// <summary>One finding for the library, then one for each element that is missing, and one for the H.264 decoder.</summary>
    public static IReadOnlyList<(bool Well, string What, string Detail)> Run()
    {
        try
        {
            GStreamer.Init(IntPtr.Zero, IntPtr.Zero);
        }
        catch (DllNotFoundException)
        {
            return [(false, "GStreamer", "not installed; run scripts/install-native.sh")];
        }

        var findings = new List<(bool, string, string)> { (true, "GStreamer", "installed") };
        findings.AddRange(Needed.Where(needed => !GStreamer.HasElement(needed.Element))
            .Select(needed => (false, $"GStreamer element {needed.Element}", $"missing; install the package {needed.Package}")));
        var decoder = new[] { "nvv4l2decoder", "avdec_h264", "openh264dec" }.FirstOrDefault(GStreamer.HasElement);
        findings.Add(decoder is not null
            ? (true, "H.264 decoder", decoder)
            : (false, "H.264 decoder", "missing; install the package gstreamer1.0-libav (on a Jetson: nvidia-l4t-gstreamer)"));
        return findings;
    }
}
