using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using EdgePose.Cameras.Sources;

namespace EdgePose.Cameras.Decoder;

/// <summary>Turns an error on GStreamer's bus into a <see cref="CameraFault"/> and one line with the remedy. The debug text decides where it says more than the error.</summary>
internal static partial class BusFault
{
    // GstResourceError: NOT_FOUND 3, NOT_AUTHORIZED 15. GstCoreError: MISSING_PLUGIN 12.
    public static (CameraFault Fault, string Text) Of(string domain, int code, string text, string details, RtpTransport transport) => (domain, code) switch
    {
        _ when MissingDecoder().Match(details) is { Success: true } missing => (CameraFault.Undecodable, $"no decoder for {missing.Groups[1].Value} is installed; set the camera to H.264 or H.265, or install a decoder"),
        _ when details.Contains("transport protocols", StringComparison.Ordinal) || details.Contains("no protocols left", StringComparison.Ordinal) || Status(details) == 461 =>
            (CameraFault.Unreachable, $"the camera refuses RTP over {Name(transport)} (status 461); set transport to {Name(transport == RtpTransport.Tcp ? RtpTransport.Udp : RtpTransport.Tcp)}"),
        _ when details.Contains("parse", StringComparison.OrdinalIgnoreCase) && domain == "gst-resource-error-quark" => (CameraFault.Unreachable, $"an answer of the camera cannot be parsed as RTSP ({text}); update the camera's firmware, or name another stream"),
        ("gst-resource-error-quark", 15) => FaultText.Of(CameraFault.Unauthorized, text),
        ("gst-resource-error-quark", _) when Status(details) is 401 or 403 || details.Contains("nauthorized", StringComparison.Ordinal) => FaultText.Of(CameraFault.Unauthorized, text),
        ("gst-resource-error-quark", 3) => FaultText.Of(CameraFault.NotFound, text),
        ("gst-resource-error-quark", _) => FaultText.Of(CameraFault.Unreachable, Status(details) is { } status ? $"status {status}: {text}" : text),
        ("gst-stream-error-quark", _) => FaultText.Of(CameraFault.Undecodable, text),
        ("gst-core-error-quark", _) => FaultText.Of(CameraFault.PipelineInvalid, text),
        _ => FaultText.Of(CameraFault.DecoderFailed, text),
    };

    /// <summary>Reads and frees an error message of the bus.</summary>
    public static (CameraFault Fault, string Text) Read(IntPtr message, RtpTransport transport)
    {
        GStreamer.ParseError(message, out var error, out var debug);
        var domain = Marshal.PtrToStringUTF8(GStreamer.QuarkToString((uint)Marshal.ReadInt32(error))) ?? string.Empty;
        var code = Marshal.ReadInt32(error, 4);
        var text = Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(error, 8)) ?? string.Empty;
        var details = debug == IntPtr.Zero ? string.Empty : Marshal.PtrToStringUTF8(debug) ?? string.Empty;
        GStreamer.FreeError(error);
        GStreamer.Free(debug);
        return Of(domain, code, text.ReplaceLineEndings(" ").TrimEnd('.', ' '), text + details, transport);
    }

    private static string Name(RtpTransport transport) => transport == RtpTransport.Tcp ? "tcp" : "udp";

    private static int? Status(string details) => RtspStatus().Match(details) is { Success: true } match ? int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"[Ee]rror (?:response: |\()([1-5]\d\d)\b")]
    private static partial Regex RtspStatus();

    [GeneratedRegex(@"Missing decoder: ([^(\n]+?) \(")]
    private static partial Regex MissingDecoder();
}
