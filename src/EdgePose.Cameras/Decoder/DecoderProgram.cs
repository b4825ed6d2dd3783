using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EdgePose.Cameras.Sources;

namespace EdgePose.Cameras.Decoder;

/// <summary>
/// The decoder process: it reads its settings from standard input and writes frames to standard output, until either of them closes.
/// Its native decoders read streams that nobody has vetted, so it may be killed at any time.
/// </summary>
public static partial class DecoderProgram
{
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(0.2);
    private const nuint BytesUnread = 0x541B; // FIONREAD, asm-generic/ioctls.h

    /// <summary>Runs until the source ends or fails, or the daemon ends.</summary>
    /// <returns>The exit code: 0 when the source or the daemon ended, 1 after a fault was reported, 64 without settings.</returns>
    public static int Run()
    {
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        if (!HasSettings())
        {
            GStreamerCheck.WarmUp(); // started ahead of time, so that a camera that comes back does not wait for this
        }

        if (ReadSettings(input) is not { } settings)
        {
            Console.Error.WriteLine("edgepose decode: this command is started by the daemon, which gives it its settings on standard input.");
            return 64;
        }

        var writer = new DecoderWriter(output);
        ParentWatch.ExitWhenClosed(input);
        ParentWatch.GoBeforeDaemon();
        if (settings.EndsWithStarter)
        {
            ParentWatch.EndWithStarter();
        }

        try
        {
            var source = CameraSource.Of(settings.Camera);
            var checking = source.ObstacleAsync(settings.Password);
            while (!checking.Wait(HeartbeatInterval))
            {
                writer.Heartbeat();
            }

            if (checking.Result is { } obstacle)
            {
                writer.Fault(obstacle.Fault, obstacle.Message);
                return 1;
            }

            writer.CountPacket(); // the source has answered

            return source.Pipeline(new PipelineTarget(settings.MaxWidthPx, settings.MaxHeightPx, settings.Camera.PixelAspect, GStreamer.HasElement)) is { } pipeline
                ? new PipelinePlayer(settings, source.IsLive, writer).Run(pipeline)
                : PicturePlayer.Run(source.Address, settings, writer);
        }
        catch (UnauthorizedAccessException exception)
        {
            writer.Fault(CameraFault.NotFound, $"the daemon's user may not read it ({exception.Message}); check its owner and mode");
            return 1;
        }
        catch (IOException)
        {
            return 0; // the daemon has closed the pipe
        }
        catch (DllNotFoundException exception)
        {
            writer.Fault(CameraFault.PipelineInvalid, $"GStreamer is not installed ({exception.Message.Split('.')[0]}); run scripts/install-native.sh");
            return 1;
        }
    }

    /// <summary>Whether the settings have arrived.</summary>
    private static bool HasSettings() => BytesWaiting(0, BytesUnread, out var bytes) != 0 || bytes > 0;

    private static DecoderSettings? ReadSettings(Stream input)
    {
        var line = new List<byte>(512);
        int next;
        while ((next = input.ReadByte()) is not (-1 or '\n'))
        {
            line.Add((byte)next);
        }

        try
        {
            return JsonSerializer.Deserialize(Encoding.UTF8.GetString([.. line]), DecoderSettingsContext.Default.DecoderSettings);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int BytesWaiting(int descriptor, nuint request, out int bytes);
}
