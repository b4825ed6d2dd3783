using System.Globalization;

namespace EdgePose.Cameras.Sources;

/// <summary>A camera on the network: rtsp:// or rtsps://.</summary>
internal sealed class RtspSource : CameraSource
{
    private readonly CameraConfig camera;

    private RtspSource(CameraConfig camera)
        : base(camera.Address) => this.camera = camera;

    public override bool IsLive => camera.Live ?? true; // a recorder also serves recordings, which end

    public static RtspSource? Read(CameraConfig camera, string baseFolder) => AuthorityStart(camera.Address) >= 0 ? new(camera) : null;

    /// <summary>Whether an address is RTSP and names no host.</summary>
    public static bool LacksHost(string address) =>
        AuthorityStart(address) is >= 0 and var start && (start == address.Length || address[start] is ':' or '/' or '?' or '#');

    public override IEnumerable<SourceFault> Faults(SourceCheck check) =>
        LacksHost(Address) ? [new SourceFault("address", "the address names no host", "Write the camera's name or IP address after the two slashes, as in rtsp://host/path")] : [];

    internal override ProbeAnswer Probe(bool forStream, CancellationToken stop) => RtspProbe.At(Address, forStream, stop);

    internal override Task<(CameraFault Fault, string Message)?> ObstacleAsync(string? password) => RtspCheck.RunAsync(camera, password);

    internal override string Pipeline(PipelineTarget target) => target.Live(string.Create(CultureInfo.InvariantCulture,
        $"rtspsrc name=src location={PipelineTarget.Quote(Address)} protocols={(camera.Transport == RtpTransport.Tcp ? "tcp" : "udp")} latency={camera.LatencyMs} drop-on-latency=true ! application/x-rtp,media=video ! {PipelineTarget.Decoder}"));

    /// <summary>Where the host begins; -1 for an address that is not RTSP.</summary>
    private static int AuthorityStart(string address) =>
        address.StartsWith("rtsp://", StringComparison.OrdinalIgnoreCase) ? "rtsp://".Length
        : address.StartsWith("rtsps://", StringComparison.OrdinalIgnoreCase) ? "rtsps://".Length
        : -1;
}
