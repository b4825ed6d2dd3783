using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using OpenCvSharp;

namespace EdgePose.Cameras.Decoder;

/// <summary>Plays a folder of pictures, in the order of their names, ten a second when it plays in real time.</summary>
internal static class PicturePlayer
{
    /// <summary>Plays a folder.</summary>
    /// <returns>The process's exit code.</returns>
    public static int Run(string folder, DecoderSettings settings, DecoderWriter writer)
    {
        var files = PictureFolder.Files(folder);
        if (files.Length == 0)
        {
            writer.Fault(CameraFault.NotFound, $"the folder {folder} has no picture ({string.Join(' ', PictureFolder.Endings)}); check the address");
            return 1;
        }

        var openedAt = DateTimeOffset.UtcNow;
        long sequence = 0, sent = 0;
        do
        {
            foreach (var file in files)
            {
                var number = sequence++; // counted even when unreadable, so that PictureFolder.IndexAt finds the file again
                using var picture = Cv2.ImRead(file, ImreadModes.Color);
                if (picture.Empty())
                {
                    Console.Error.WriteLine($"{file} cannot be read as a picture and is left out");
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
            writer.Fault(CameraFault.Undecodable, $"no file in {folder} can be read as a picture; check the address");
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
