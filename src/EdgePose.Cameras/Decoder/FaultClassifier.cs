using System.Runtime.InteropServices;
using EdgePose.Cameras.Sources;

namespace EdgePose.Cameras.Decoder;

/// <summary>Turns an error on GStreamer's bus into a <see cref="CameraFault"/> and one line with the remedy.</summary>
internal static class FaultClassifier
{
    // GstResourceError: NOT_FOUND 3, OPEN_READ 5, READ 9, NOT_AUTHORIZED 15. GstStreamError: TYPE_NOT_FOUND 4, WRONG_TYPE 5, CODEC_NOT_FOUND 6, DECODE 7, DEMUX 9.
    public static CameraFault Classify(string domain, int code, string text) => (domain, code) switch
    {
        ("gst-resource-error-quark", 15) => CameraFault.Unauthorized,
        ("gst-resource-error-quark", 3) => CameraFault.NotFound,
        ("gst-resource-error-quark", _) when text.Contains("nauthorized", StringComparison.Ordinal) => CameraFault.Unauthorized,
        ("gst-resource-error-quark", 5 or 7 or 9) => CameraFault.Unreachable,
        ("gst-resource-error-quark", _) => CameraFault.Unreachable,
        ("gst-stream-error-quark", _) => CameraFault.Undecodable,
        ("gst-core-error-quark", _) => CameraFault.PipelineInvalid,
        _ => CameraFault.DecoderFailed,
    };

    /// <summary>One line: what is wrong, and the remedy.</summary>
    public static string Describe(CameraFault fault, string detail) => fault switch
    {
        CameraFault.Unauthorized => "the camera refuses the user or password; check username and passwordFile",
        CameraFault.NotFound => $"not found ({detail}); check the address",
        CameraFault.Unreachable => $"no connection ({detail}); check the address, the network and that the camera is on",
        CameraFault.Undecodable => $"no video could be decoded ({detail}); check that the address is a video stream, and its codec H.264 or H.265",
        CameraFault.PipelineInvalid => $"the GStreamer pipeline is not valid ({detail}); check 'pipeline', and run 'edgepose doctor' for missing elements",
        CameraFault.Stalled => "connected, but no picture comes; check the camera",
        _ => detail,
    };

    /// <summary>Reads and frees an error message of the bus.</summary>
    public static (CameraFault Fault, string Text) Read(IntPtr message)
    {
        GStreamer.ParseError(message, out var error, out var debug);
        var domain = Marshal.PtrToStringUTF8(GStreamer.QuarkToString((uint)Marshal.ReadInt32(error))) ?? string.Empty;
        var code = Marshal.ReadInt32(error, 4);
        var text = Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(error, 8)) ?? string.Empty;
        var details = debug == IntPtr.Zero ? string.Empty : Marshal.PtrToStringUTF8(debug) ?? string.Empty;
        GStreamer.FreeError(error);
        GStreamer.Free(debug);
        var fault = Classify(domain, code, text + details);
        return (fault, Describe(fault, text.ReplaceLineEndings(" ").TrimEnd('.', ' ')));
    }
}
