using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using EdgePose.Cli.Terminal;
using EdgePose.Compression.Evaluation;
using EdgePose.Daemon.Hosting;
using EdgePose.Inference;
using OpenCvSharp;

namespace EdgePose.Cli.Replay;

/// <summary>What is known of a clip before it is played, and which of its pictures a frame is.</summary>
internal sealed class Clip
{
    /// <summary>What a video's rate is taken for when its file does not tell.</summary>
    private const double UnknownFramesPerSecond = 25;

    /// <summary>Files of a variable frame rate state the resolution of their clock, such as 1000.</summary>
    private const double MaxFramesPerSecond = 120;

    private readonly string[] pictures;
    private readonly Dictionary<string, long>? numbers;

    private readonly Lazy<(long? FrameCount, double FramesPerSecond)> facts;

    private Clip(string path, string[] pictures, Func<(long?, double)> facts, Dictionary<string, long>? numbers) =>
        (Path, this.pictures, this.facts, this.numbers) = (path, pictures, new(facts), numbers);

    public string Path { get; }

    /// <summary>How many frames it has as its file tells; null when it does not. To be asked once a first frame has come: then the file is a video.</summary>
    public long? FrameCount => facts.Value.FrameCount;

    /// <summary>Its rate, to be asked as <see cref="FrameCount"/> is.</summary>
    public double FramesPerSecond => facts.Value.FramesPerSecond;

    /// <summary>Looks at a clip.</summary>
    /// <param name="path">A video or a folder of pictures.</param>
    /// <param name="cocoImages">The COCO document that numbers a folder's pictures, or null.</param>
    /// <exception cref="CommandFault">There is none, or it does not fit the document.</exception>
    public static Clip Open(string path, string? cocoImages = null)
    {
        var source = CameraSource.Of(path);
        if (source.IsLive)
        {
            throw new CommandFault(ExitCodes.Usage, $"{path} is a camera, and a replay wants a clip; 'edgepose demo --source' shows a camera, 'edgepose run' is for good.");
        }

        var local = source.Address;
        if (Directory.Exists(local))
        {
            return OpenFolder(local, cocoImages);
        }

        if (!File.Exists(local))
        {
            throw new CommandFault(ExitCodes.NoInput, $"{path}: no such file or folder; check the path.");
        }

        if (cocoImages is not null)
        {
            throw new CommandFault(ExitCodes.Usage, $"{path} is a video: its frames count from 1, and --coco-images is for a folder of pictures.");
        }

        return new Clip(path, [], () => FactsOf(local), null);
    }

    /// <summary>COCO's number of the picture that a frame is.</summary>
    public long ImageId(in FrameMoment frame) => numbers is null ? IndexOf(frame) + 1 : numbers[FileName(frame)];

    /// <summary>The picture's file; for a frame of a video the name under which a folder of drawn pictures has it.</summary>
    public string FileName(in FrameMoment frame) => pictures.Length == 0 ? $"{frame.Sequence:000000}.jpg" : System.IO.Path.GetFileName(pictures[IndexOf(frame)]);

    /// <summary>Only for the progress bar and a drawn video: the frames themselves come through the daemon's own decoder, which may know more formats.</summary>
    private static (long?, double) FactsOf(string video)
    {
        Cv2.SetLogLevel(OpenCvSharp.LogLevel.SILENT);
        using var capture = new VideoCapture(video, VideoCaptureAPIs.FFMPEG);
        var (count, rate) = capture.IsOpened() ? (capture.FrameCount, capture.Fps) : (0, 0);
        return (count > 0 ? count : null, rate is > 0 and <= MaxFramesPerSecond ? rate : UnknownFramesPerSecond);
    }

    private long IndexOf(in FrameMoment frame) => pictures.Length == 0 ? frame.Sequence : PictureFolder.IndexAt(frame.CapturedMonotonic);

    private static Clip OpenFolder(string folder, string? cocoImages)
    {
        var files = PictureFolder.Files(folder);
        if (files.Length == 0)
        {
            throw new CommandFault(ExitCodes.NoInput, $"{folder} holds no picture ({string.Join(' ', PictureFile.Endings)}); name a folder that does.");
        }

        return new Clip(folder, files, () => (files.Length, 1 / PictureFolder.Interval.TotalSeconds), cocoImages is null ? null : Numbers(files, cocoImages));
    }

    private static Dictionary<string, long> Numbers(string[] files, string document)
    {
        try
        {
            var all = CocoDataset.Load(document).Images.GroupBy(image => image.FileName, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.First().Id, StringComparer.Ordinal);
            var missing = files.Select(file => System.IO.Path.GetFileName(file)).Where(name => !all.ContainsKey(name)).ToArray();
            return missing.Length == 0
                ? all
                : throw new CommandFault(ExitCodes.BadInput, $"{document} names no image {missing[0]}{(missing.Length > 1 ? $" (nor {missing.Length - 1} more)" : "")}; take the document that belongs to the folder.");
        }
        catch (InvalidDataException exception)
        {
            var isUnreadable = exception.InnerException is IOException or UnauthorizedAccessException;
            throw new CommandFault(isUnreadable ? ExitCodes.NoInput : ExitCodes.BadInput, exception.Message, exception);
        }
    }
}
