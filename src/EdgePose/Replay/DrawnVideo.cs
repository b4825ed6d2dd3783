using EdgePose.Cli.Terminal;
using EdgePose.Daemon;
using EdgePose.Daemon.Hosting;
using OpenCvSharp;

namespace EdgePose.Cli.Replay;

/// <summary>
/// A video of the drawn frames at a constant rate. A frame is repeated for as long as it lasts, so a variable frame rate keeps its times. MPEG-4 (part 2) for .mp4 and .mkv,
/// Motion JPEG for .avi: OpenCV's own FFmpeg always has these encoders, and no H.264 because of x264's licence.
/// </summary>
internal sealed class DrawnVideo : IReplayOutput
{
    private readonly string path;
    private readonly Clip clip;
    private readonly FramePainter painter;
    private readonly StagedFile file;
    private VideoWriter? writer;
    private readonly Mat pending = new();
    private TimeSpan start;
    private long index;
    private Size size;

    /// <summary>Makes the file.</summary>
    /// <exception cref="CommandFault">It cannot be written.</exception>
    public DrawnVideo(string path, Clip clip, FramePainter painter)
    {
        (this.path, this.clip, this.painter) = (path, clip, painter);
        file = new StagedFile(path);
    }

    /// <summary>Whether a file name has a video's ending.</summary>
    public static bool IsVideo(string path) => Path.GetExtension(path).ToUpperInvariant() is ".MP4" or ".MKV" or ".AVI";

    public string Name => "video";

    public void Observe(in FrameResult result)
    {
        if (result.Picture is not { } frame)
        {
            return;
        }

        var picture = painter.Paint(frame, result.Visible);
        writer ??= Open(picture.Size());
        if (picture.Size() != size)
        {
            throw new CommandFault(
                ExitCodes.BadInput, $"{path}: the pictures differ in size ({size.Width} x {size.Height}, then {picture.Width} x {picture.Height}), which no video can hold; name a folder after --draw.");
        }

        if (pending.Empty())
        {
            start = result.Moment.CapturedMonotonic;
        }
        else
        {
            var next = Math.Max(index + 1, (long)Math.Round((result.Moment.CapturedMonotonic - start).TotalSeconds * clip.FramesPerSecond));
            for (; index < next; index++)
            {
                writer.Write(pending);
            }
        }

        picture.CopyTo(pending);
    }

    public void Complete()
    {
        if (!pending.Empty())
        {
            writer!.Write(pending);
        }

        writer?.Release();
        file.Complete();
    }

    public void Dispose()
    {
        writer?.Dispose();
        pending.Dispose();
        file.Dispose();
        painter.Dispose();
    }

    private VideoWriter Open(Size first)
    {
        size = first;
        var codec = Path.GetExtension(path).Equals(".avi", StringComparison.OrdinalIgnoreCase) ? FourCC.FromString("MJPG") : FourCC.FromString("mp4v");
        var opened = new VideoWriter(file.Partial, VideoCaptureAPIs.FFMPEG, codec, clip.FramesPerSecond, first);
        if (opened.IsOpened())
        {
            return opened;
        }

        opened.Dispose();
        throw new CommandFault(ExitCodes.CannotCreate, $"{path}: a video of {first.Width} x {first.Height} pixels at {clip.FramesPerSecond:0.##} frames/s cannot be written; name a folder after --draw.");
    }
}
