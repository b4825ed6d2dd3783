using EdgePose.Cameras.Frames;
using EdgePose.Tracking;
using OpenCvSharp;

namespace EdgePose.Cli.Replay;

/// <summary>A frame as a picture with the skeletons of its tracks drawn on it.</summary>
internal sealed class FramePainter(Skeleton skeleton) : IDisposable
{
    private readonly SkeletonPainter painter = new(skeleton);
    private readonly Mat picture = new();

    /// <summary>Paints into the one picture that is used again; BGR, the size of the frame.</summary>
    public Mat Paint(Frame frame, ReadOnlySpan<Track> people)
    {
        using var pixels = Mat.FromPixelData(frame.HeightPx, frame.WidthPx, MatType.CV_8UC4, frame.Pixels, frame.StrideBytes);
        Cv2.CvtColor(pixels, picture, ColorConversionCodes.BGRA2BGR);
        painter.Draw(picture, people);
        return picture;
    }

    public void Dispose() => picture.Dispose();
}
