using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using EdgePose.Inference;
using OpenCvSharp;

namespace EdgePose.Cameras.Decoder;

/// <summary>Plays a picture, or a folder of pictures in the order of their names, ten a second when it plays in real time.</summary>
internal static class PicturePlayer
{
    /// <summary>Plays a folder or one picture.</summary>
    /// <returns>The process's exit code.</returns>
    public static int Run(string path, DecoderSettings settings, DecoderWriter writer)
    {
        var files = Directory.Exists(path) ? PictureFolder.Files(path) : [path];
        if (files.Length == 0)
        {
            writer.Fault(CameraFault.NotFound, $"the folder {path} has no picture ({string.Join(' ', PictureFile.Endings)}); check the address");
            return 1;
        }

        var openedAt = DateTimeOffset.UtcNow;
        long sequence = 0, sent = 0;
        do
        {
            foreach (var file in files)
            {
                var number = sequence++; // counted even when unreadable, so that PictureFolder.IndexAt finds the file again
                using var picture = PictureFile.Read(file, out var unusable);
                if (picture is null)
                {
                    writer.Note($"{Path.GetFileName(file)} is left out: {unusable}");
                    continue;
                }

                Send(picture, settings, writer, openedAt, number);
                sent++;
                if (settings.Camera.Pace == SourcePace.RealTime)
                {
                    Thread.Sleep(PictureFolder.Interval);
                }
            }
        }
        while (settings.Camera.Loop && sent > 0);

        if (sent == 0)
        {
            writer.Fault(CameraFault.Undecodable, $"nothing in {path} can be read as a picture; check the address");
            return 1;
        }

        writer.End();
        return 0;
    }

    private static unsafe void Send(Mat picture, DecoderSettings settings, DecoderWriter writer, DateTimeOffset openedAt, long sequence)
    {
        var scale = Math.Min(1, Math.Min((double)settings.MaxWidthPx / picture.Width, (double)settings.MaxHeightPx / picture.Height));
        using var sized = scale < 1
            ? picture.Resize(new Size(Math.Max(1, Math.Round(picture.Width * scale)), Math.Max(1, Math.Round(picture.Height * scale))), 0, 0, InterpolationFlags.Area)
            : picture.Clone();
        using var pixels = sized.CvtColor(ColorConversionCodes.BGR2BGRA);
        var monotonic = sequence * PictureFolder.Interval;
        var head = new DecoderMessage
        {
            Magic = DecoderMessage.ExpectedMagic,
            Kind = DecoderMessageKind.Frame,
            PayloadBytes = (int)pixels.Step() * pixels.Height,
            WidthPx = pixels.Width,
            HeightPx = pixels.Height,
            StrideBytes = (int)pixels.Step(),
            SourceWidthPx = picture.Width,
            SourceHeightPx = picture.Height,
            ClockKind = (int)CaptureClock.File,
            CapturedUtcTicks = (openedAt + monotonic).UtcTicks,
            CapturedMonotonicTicks = monotonic.Ticks,
        };
        writer.Frame(head, new ReadOnlySpan<byte>(pixels.DataPointer, head.PayloadBytes));
    }
}
