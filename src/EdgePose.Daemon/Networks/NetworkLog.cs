using EdgePose.Inference;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Networks;

/// <summary>The log messages on networks, at the start and while the daemon runs.</summary>
internal static partial class NetworkLog
{
    /// <summary>A network runs from now on.</summary>
    public static void Runs(ILogger logger, PoseNetwork network) => Runs(logger, network.Manifest.Id, network.Manifest.Sha256[..12], network.Providers.ToString());

    /// <summary>Takes the progress of opening one, which may take minutes.</summary>
    public static IProgress<string> Progress(ILogger logger) => new Progress<string>(text => Progress(logger, text));

    [LoggerMessage(EventId = LogEvents.NetworkRuns, Level = LogLevel.Information, Message = "Network {Network} ({Sha256}) runs on {Provider}")]
    private static partial void Runs(ILogger logger, string network, string sha256, string provider);

    [LoggerMessage(EventId = LogEvents.NetworkProgress, Level = LogLevel.Information, Message = "{Text}")]
    private static partial void Progress(ILogger logger, string text);
}
