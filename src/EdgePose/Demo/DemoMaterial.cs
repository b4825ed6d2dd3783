namespace EdgePose.Cli.Demo;

/// <summary>Files that come with the program for the demo and the benchmark.</summary>
internal static class DemoMaterial
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "demo");

    /// <summary>A rendered clip of people in a lobby.</summary>
    public static string Clip { get; } = Path.Combine(Folder, "lobby.mp4");

    /// <summary>GStreamer's RTSP server as a script.</summary>
    public static string RtspScript { get; } = Path.Combine(Folder, "serve.py");
}
