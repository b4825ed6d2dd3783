using System.Diagnostics.Metrics;
using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace EdgePose.Cameras.Supervision;

/// <summary>Makes crews of supervised cameras. Everything in this room logs under <see cref="LogCategory"/>.</summary>
/// <param name="decoder">How a decoder child is started.</param>
/// <param name="meter">Gets the instruments <c>edgepose.camera.*</c>.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">The log.</param>
public sealed class CameraRoom(DecoderCommand decoder, Meter meter, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>The category of the log.</summary>
    public const string LogCategory = "EdgePose.Cameras";

    private readonly ILogger logger = loggers.CreateLogger(LogCategory);

    /// <summary>Makes a crew without a camera.</summary>
    /// <param name="set">What the pipeline serves.</param>
    /// <param name="signal">Wakes the batcher.</param>
    /// <param name="frameSizePx">The largest frame of a camera, asked when it is added: larger pictures are scaled down to it while they are decoded.</param>
    public CameraCrew NewCrew(CameraSet set, FrameSignal signal, Func<CameraConfig, (int Width, int Height)> frameSizePx) => new(
        set, signal,
        (camera, feed, pool) =>
        {
            var (width, height) = frameSizePx(camera.Config);
            return new CameraSupervisor(feed, camera.Password, width, height, pool, decoder, time, logger);
        },
        time, meter, logger);
}

/// <summary>Adds the room to a host.</summary>
public static class CameraServices
{
    /// <summary>Adds <see cref="CameraRoom"/>, which wants a <see cref="Meter"/> and a <see cref="TimeProvider"/>. The decoder is this program, unless a <see cref="DecoderCommand"/> was added before.</summary>
    public static IServiceCollection AddCameras(this IServiceCollection services)
    {
        services.TryAddSingleton(_ => DecoderCommand.OfThisProgram());
        return services.AddSingleton<CameraRoom>();
    }
}
