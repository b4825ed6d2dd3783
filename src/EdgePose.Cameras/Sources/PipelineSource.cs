namespace EdgePose.Cameras.Sources;

/// <summary>A GStreamer pipeline of the operator's own. Its address is the operator's business, except that a path has to exist.</summary>
internal sealed class PipelineSource : CameraSource
{
    /// <summary>Protocols over TCP, where a connection shows that the camera is back, with their ports (IANA; RTMP specification 1.0).</summary>
    private static readonly Dictionary<string, int> Ports = new(StringComparer.OrdinalIgnoreCase) { ["http"] = 80, ["https"] = 443, ["rtmp"] = 1935, ["rtmps"] = 443, ["tcp"] = 0 };

    private readonly CameraConfig camera;
    private readonly string? path;

    private PipelineSource(CameraConfig camera, string? path)
        : base(path ?? camera.Address) => (this.camera, this.path) = (camera, path);

    public override bool IsLive => camera.Live ?? path is null;

    public static PipelineSource? Read(CameraConfig camera, string baseFolder) => camera.Pipeline is null ? null : new(camera, SourcePath.In(camera.Address, baseFolder));

    public override IEnumerable<SourceFault> Faults(SourceCheck check) => path is null ? [] : FileSource.Missing(camera.Address, path, check);

    internal override ProbeAnswer Probe(bool forStream, CancellationToken stop)
    {
        if (path is not null || !Uri.TryCreate(Address, UriKind.Absolute, out var uri) || uri.HostNameType == UriHostNameType.Unknown || !Ports.TryGetValue(uri.Scheme, out var standard))
        {
            return ProbeAnswer.Unknown;
        }

        return (uri.Port > 0 ? uri.Port : standard) is > 0 and var port ? RtspProbe.Connect(uri.DnsSafeHost, port, (_, _) => ProbeAnswer.Present, stop) : ProbeAnswer.Unknown;
    }

    internal override string Pipeline(PipelineTarget target) => camera.Pipeline!.Replace("{address}", Address, StringComparison.Ordinal);
}
