namespace EdgePose.Cameras.Sources;

/// <summary>
/// Where a camera's pictures come from. The address is read once. Each kind answers for itself, so no caller asks which kind it is.
/// </summary>
public abstract class CameraSource
{
    /// <summary>The kinds. The first that takes a camera's configuration is its source; the last takes any.</summary>
    private static readonly Func<CameraConfig, string, CameraSource?>[] Kinds =
        [PipelineSource.Read, RtspSource.Read, DeviceSource.Read, FolderSource.Read, FileSource.Read];

    private protected CameraSource(string address) => Address = address;

    /// <summary>The address, with the full path where it is one.</summary>
    public string Address { get; }

    /// <summary>Whether pictures come when they are taken: the source has no end and cannot wait for its reader.</summary>
    public abstract bool IsLive { get; }

    /// <summary>The source of a camera.</summary>
    /// <param name="camera">The camera's section of the configuration.</param>
    /// <param name="baseFolder">The folder that relative paths start from; empty for the working folder.</param>
    public static CameraSource Of(CameraConfig camera, string baseFolder = "")
    {
        ArgumentNullException.ThrowIfNull(camera);
        return Kinds.Select(read => read(camera, baseFolder)).First(source => source is not null)!;
    }

    /// <summary>The source behind an address alone.</summary>
    public static CameraSource Of(string address) => Of(new CameraConfig { Id = string.Empty, Address = address });

    /// <summary>What of the camera's configuration the source refuses.</summary>
    public virtual IEnumerable<SourceFault> Faults(SourceCheck check) => [];

    /// <summary>Asks, at the cost of a packet or two, whether the source can be opened again. It sends no credentials.</summary>
    /// <param name="forStream">Whether to ask for the stream itself: a recorder or gateway answers for cameras that are offline.</param>
    /// <param name="stop">Ends the wait.</param>
    internal virtual ProbeAnswer Probe(bool forStream, CancellationToken stop) => ProbeAnswer.Unknown;

    /// <summary>What keeps the source from being opened, where GStreamer's own error would not say it; null when nothing does.</summary>
    internal virtual Task<(CameraFault Fault, string Message)?> ObstacleAsync(string? password) => Task.FromResult<(CameraFault, string)?>(null);

    /// <summary>The GStreamer pipeline, without user and password; null for a folder of pictures, which needs none.</summary>
    internal abstract string? Pipeline(PipelineTarget target);
}

/// <summary>What a source's checks need from their caller.</summary>
/// <param name="LookForFiles">Whether files and folders have to exist.</param>
/// <param name="Show">Gives a text without what may be a secret in it.</param>
/// <param name="Suggest">Gives the known word that is nearest to a mistyped one; null when none is near.</param>
public sealed record SourceCheck(bool LookForFiles, Func<string, string> Show, Func<string, IEnumerable<string>, string?> Suggest);

/// <summary>A key of a camera that its source refuses.</summary>
/// <param name="Key">The key, as it is written in the camera's section.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="Remedy">What to write in its place.</param>
public sealed record SourceFault(string Key, string Reason, string Remedy);

/// <summary>What a probe of a source found.</summary>
internal enum ProbeAnswer
{
    /// <summary>The source cannot be probed.</summary>
    Unknown,

    /// <summary>No connection, no answer in time, an answer that denies the stream, or no such device.</summary>
    Absent,

    /// <summary>It answers, or the device exists.</summary>
    Present,
}
