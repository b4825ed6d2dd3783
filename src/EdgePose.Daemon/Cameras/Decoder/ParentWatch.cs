namespace EdgePose.Daemon.Cameras.Decoder;

/// <summary>A decoder child never outlives its daemon, however the daemon ends.</summary>
/// <remarks>Not by PR_SET_PDEATHSIG: that fires when the daemon's *thread* that started the child ends, and thread pools end threads at will.</remarks>
internal static class ParentWatch
{
    /// <summary>Ends this process when the daemon closes its end of <paramref name="input"/>, which the kernel does for it when it dies.</summary>
    public static void ExitWhenClosed(Stream input)
    {
        var watch = new Thread(() =>
        {
            while (input.ReadByte() != -1)
            {
                // nothing is expected after the settings
            }

            Environment.Exit(0);
        })
        { IsBackground = true, Name = "parent watch" };
        watch.Start();
    }
}
