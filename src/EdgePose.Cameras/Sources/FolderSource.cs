namespace EdgePose.Cameras.Sources;

/// <summary>A folder of pictures, in the order of their names.</summary>
internal sealed class FolderSource : CameraSource
{
    private readonly bool isLive;

    private FolderSource(CameraConfig camera, string path)
        : base(path) => isLive = camera.Live == true;

    public override bool IsLive => false;

    public static FolderSource? Read(CameraConfig camera, string baseFolder) => SourcePath.In(camera.Address, baseFolder) is { } path && Directory.Exists(path) ? new(camera, path) : null;

    public override IEnumerable<SourceFault> Faults(SourceCheck check) =>
        isLive ? [new SourceFault("live", "a folder of pictures is never live", "Leave the key out, or name a \"pipeline\" of your own that follows the folder")] : [];

    internal override string? Pipeline(PipelineTarget target) => null;
}
