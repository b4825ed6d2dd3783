using EdgePose.Inference;

namespace EdgePose.Cameras.Sources;

/// <summary>A video file, or a picture. Also any address that no other kind takes, which its checks refuse.</summary>
internal sealed class FileSource : CameraSource
{
    private static readonly string[] Schemes = ["rtsp", "rtsps"];

    private readonly CameraConfig camera;
    private readonly string? path;

    private FileSource(CameraConfig camera, string? path)
        : base(path ?? camera.Address) => (this.camera, this.path) = (camera, path);

    public override bool IsLive => camera.Live ?? false; // a named pipe is a path, too

    public static FileSource Read(CameraConfig camera, string baseFolder) => new(camera, SourcePath.In(camera.Address, baseFolder));

    /// <summary>The fault of a path that does not exist.</summary>
    public static IEnumerable<SourceFault> Missing(string address, string path, SourceCheck check)
    {
        if (check.LookForFiles && !Path.Exists(path))
        {
            // An address whose scheme was forgotten looks like a file, and may hold a password.
            yield return new SourceFault("address", $"there is no file, folder or device {check.Show(address)}", "Name a video file, relative to the configuration file, or a camera as rtsp://host/path");
        }
    }

    public override IEnumerable<SourceFault> Faults(SourceCheck check) =>
        path is not null ? Missing(camera.Address, path, check) : [UnknownScheme(SourcePath.Scheme(Address)!, check)];

    internal override string? Pipeline(PipelineTarget target) => PictureFile.Is(Address) ? null
        : IsLive ? target.Live($"filesrc location={PipelineTarget.Quote(Address)} ! {PipelineTarget.Decoder}")
        : target.Recorded($"filesrc location={PipelineTarget.Quote(Address)} ! {PipelineTarget.Decoder}", camera.Pace);

    private static SourceFault UnknownScheme(string scheme, SourceCheck check)
    {
        // Swapped letters are the usual slip and two edits away, so they are looked for first.
        var meant = Schemes.FirstOrDefault(known => known.Order().SequenceEqual(scheme.ToLowerInvariant().Order())) ?? check.Suggest(scheme, Schemes);
        return new SourceFault(
            "address",
            $"no camera is opened by \"{(scheme.Length <= 40 ? scheme : scheme[..40] + "...")}:\"",
            meant is not null ? $"Did you mean \"{meant}://\"?" : "Write rtsp://host/path, rtsps://host/path, a file, a folder or /dev/videoN; another kind of stream needs a \"pipeline\" of your own");
    }
}
