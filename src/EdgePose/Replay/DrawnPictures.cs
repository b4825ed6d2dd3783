using System.Globalization;
using EdgePose.Cli.Terminal;
using EdgePose.Daemon;
using EdgePose.Daemon.Hosting;

namespace EdgePose.Cli.Replay;

/// <summary>One JPEG a frame, called by the frame's number.</summary>
internal sealed class DrawnPictures : IReplayOutput
{
    private readonly string folder;
    private readonly FramePainter painter;

    /// <summary>Makes the folder.</summary>
    /// <exception cref="CommandFault">It cannot be made.</exception>
    public DrawnPictures(string folder, FramePainter painter)
    {
        this.folder = CommandFault.Writing(folder, () => Directory.CreateDirectory(folder).FullName);
        this.painter = painter;
    }

    public string Name => "pictures";

    public void Observe(in FrameResult result)
    {
        if (result.Picture is not { } frame)
        {
            return;
        }

        var picture = painter.Paint(frame, result.Visible);
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{frame.Sequence:000000}.jpg"));
        if (!picture.ImWrite(path))
        {
            throw new CommandFault(ExitCodes.CannotCreate, $"{path} cannot be written; is the disk full, or the folder gone?");
        }
    }

    public void Complete()
    {
        // each picture is whole by itself
    }

    public void Dispose() => painter.Dispose();
}
