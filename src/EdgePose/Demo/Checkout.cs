using EdgePose.Daemon.Hosting;

namespace EdgePose.Cli.Demo;

/// <summary>The checkout of the repository that this program was built in: the bundled clip and the RTSP server's script are there, and in no package.</summary>
internal static class Checkout
{
    /// <summary>Its folder.</summary>
    /// <exception cref="CommandFault">There is none above this program.</exception>
    public static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EdgePose.sln")))
            {
                return folder.FullName;
            }
        }

        throw new CommandFault(ExitCodes.NoInput, "The bundled clip is in a checkout of the repository, which is not above this program; name a source with --source.");
    }

    /// <summary>The bundled clip.</summary>
    public static string Clip() => Path.Combine(Root(), "scenes", "lobby.mp4");

    /// <summary>GStreamer's RTSP server as a script.</summary>
    public static string RtspScript() => Path.Combine(Root(), "tests", "rtsp", "serve.py");
}
