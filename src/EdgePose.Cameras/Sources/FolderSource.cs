namespace EdgePose.Cameras.Sources;

/// <summary>A folder of pictures, in the order of their names.</summary>
internal sealed class FolderSource : CameraSource
{
    private FolderSource(string path)
        : base(path)
    {
    }

    public override bool IsLive => false;

    public static FolderSource? Read(CameraConfig camera, string baseFolder) => SourcePath.In(camera.Address, baseFolder) is { } path && Directory.Exists(path) ? new(path) : null;

    internal override string? Pipeline(PipelineTarget target) => null;
}
