namespace EdgePose.Cameras.Sources;

/// <summary>A GStreamer pipeline of the operator's own. Its address is the operator's business, except that a path has to exist.</summary>
internal sealed class PipelineSource : CameraSource
{
    private readonly CameraConfig camera;
    private readonly string? path;

    private PipelineSource(CameraConfig camera, string? path)
        : base(path ?? camera.Address) => (this.camera, this.path) = (camera, path);

    public override bool IsLive => camera.Live ?? path is null;

    public static PipelineSource? Read(CameraConfig camera, string baseFolder) => camera.Pipeline is null ? null : new(camera, SourcePath.In(camera.Address, baseFolder));

    public override IEnumerable<SourceFault> Faults(SourceCheck check) => path is null ? [] : FileSource.Missing(camera.Address, path, check);

    internal override string Pipeline(PipelineTarget target) => camera.Pipeline!.Replace("{address}", Address, StringComparison.Ordinal);
}
